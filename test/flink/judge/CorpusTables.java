import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.legacy.table.connector.source.SourceFunctionProvider;
import org.apache.flink.streaming.api.functions.source.legacy.RichSourceFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.types.RowKind;
import org.apache.flink.util.Collector;

/**
 * The connector 'corpus': rows that the judge has been given, one at a time and in one order over all tables
 * of a query, so that Flink sees what Quickwater sees. Each table stays open until the last row of all of them.
 */
public class CorpusTables implements DynamicTableSourceFactory, DynamicTableSinkFactory {
  static final ConfigOption<String> RUN = ConfigOptions.key("run").stringType().noDefaultValue();
  static final ConfigOption<String> TABLE = ConfigOptions.key("table").stringType().noDefaultValue();

  /** The runs that are under way; sources and judge share one process. */
  static final Map<String, Turns> RUNS = new ConcurrentHashMap<>();

  /** A row, and its place among all rows of its run. */
  record Line(int turn, String kind, String json) implements java.io.Serializable {}

  /** Whose turn it is. */
  static class Turns {
    final Map<String, List<Line>> lines;
    private final TreeMap<Integer, Integer> open = new TreeMap<>();
    private int pauseMs;
    private boolean begun;

    Turns(Map<String, List<Line>> lines) {
      this.lines = lines;
    }

    /** `scans` counts how often the plan reads each table. */
    synchronized void plan(Map<String, Integer> scans, int pauseMs) {
      this.pauseMs = pauseMs;
      scans.forEach((table, count) -> {
        for (Line line : lines.getOrDefault(table, List.of())) open.put(line.turn(), count);
      });
    }

    synchronized void begin() {
      begun = true;
      notifyAll();
    }

    synchronized void await(int turn) throws InterruptedException {
      while (!begun || (!open.isEmpty() && open.firstKey() < turn)) wait(1000);
    }

    void done(int turn) throws InterruptedException {
      if (pauseMs > 0) Thread.sleep(pauseMs);
      synchronized (this) {
        open.computeIfPresent(turn, (key, left) -> left > 1 ? left - 1 : null);
        notifyAll();
      }
    }
  }

  static class Lines extends RichSourceFunction<RowData> {
    private final String run;
    private final List<Line> lines;
    private final DeserializationSchema<RowData> format;
    private volatile boolean cancelled;

    Lines(String run, List<Line> lines, DeserializationSchema<RowData> format) {
      this.run = run;
      this.lines = new ArrayList<>(lines);
      this.format = format;
    }

    @Override
    public void open(OpenContext context) throws Exception {
      format.open(null);
    }

    @Override
    public void run(SourceContext<RowData> context) throws Exception {
      Turns turns = RUNS.get(run);
      for (Line line : lines) {
        turns.await(line.turn());
        if (cancelled) return;
        synchronized (context.getCheckpointLock()) {
          format.deserialize(line.json().getBytes("UTF-8"), new Kinded(context, kindOf(line.kind())));
        }
        turns.done(line.turn());
      }
      turns.await(Integer.MAX_VALUE);
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    private static RowKind kindOf(String text) {
      for (RowKind kind : RowKind.values()) if (kind.shortString().equals(text)) return kind;
      throw new IllegalArgumentException(text + " is no row kind");
    }
  }

  record Kinded(RichSourceFunction.SourceContext<RowData> out, RowKind kind) implements Collector<RowData> {
    @Override
    public void collect(RowData row) {
      row.setRowKind(kind);
      out.collect(row);
    }

    @Override
    public void close() {}
  }

  record Table(
      String run,
      String name,
      ChangelogMode mode,
      DecodingFormat<DeserializationSchema<RowData>> decoding,
      DataType type)
      implements ScanTableSource {
    @Override
    public ChangelogMode getChangelogMode() {
      return mode;
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
      List<Line> lines = RUNS.get(run).lines.getOrDefault(name, List.of());
      Lines source = new Lines(run, lines, decoding.createRuntimeDecoder(context, type));
      return SourceFunctionProvider.of(source, false);
    }

    @Override
    public DynamicTableSource copy() {
      return this;
    }

    @Override
    public String asSummaryString() {
      return "corpus";
    }
  }

  @Override
  public DynamicTableSource createDynamicTableSource(Context context) {
    FactoryUtil.TableFactoryHelper helper = FactoryUtil.createTableFactoryHelper(this, context);
    DecodingFormat<DeserializationSchema<RowData>> decoding =
        helper.discoverDecodingFormat(DeserializationFormatFactory.class, FactoryUtil.FORMAT);
    helper.validate();
    // A key means the latest row of it, as in upsert-kafka.
    boolean keyed = context.getPrimaryKeyIndexes().length > 0;
    ChangelogMode mode = keyed ? ChangelogMode.upsert() : ChangelogMode.insertOnly();
    String run = helper.getOptions().get(RUN);
    return new Table(run, helper.getOptions().get(TABLE), mode, decoding, context.getPhysicalRowDataType());
  }

  @Override
  public String factoryIdentifier() {
    return "corpus";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return Set.of(RUN, TABLE, FactoryUtil.FORMAT);
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return Set.of();
  }

  /** Takes everything and keeps nothing: an INSERT is only planned. */
  record Drain() implements DynamicTableSink {
    @Override
    public ChangelogMode getChangelogMode(ChangelogMode requested) {
      return requested;
    }

    @Override
    public SinkRuntimeProvider getSinkRuntimeProvider(Context context) {
      return SinkV2Provider.of(new DiscardingSink<>());
    }

    @Override
    public DynamicTableSink copy() {
      return this;
    }

    @Override
    public String asSummaryString() {
      return "corpus";
    }
  }

  @Override
  public DynamicTableSink createDynamicTableSink(Context context) {
    return new Drain();
  }
}

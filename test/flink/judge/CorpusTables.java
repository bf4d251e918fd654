import java.util.ArrayList;
import java.util.LinkedHashMap;
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
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.sink.SinkV2Provider;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.connector.source.ScanTableSource;
import org.apache.flink.table.connector.source.abilities.SupportsReadingMetadata;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
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

  /** A row, its place among all rows of its run, and when the log took it. */
  record Line(int turn, String kind, String json, long appendTimeMs) implements java.io.Serializable {}

  /** What is known of a row beside the row, as the connector for Kafka has it. */
  static final Map<String, DataType> METADATA =
      new LinkedHashMap<>(
          Map.of(
              "topic", DataTypes.STRING().notNull(),
              "partition", DataTypes.INT().notNull(),
              "offset", DataTypes.BIGINT().notNull(),
              "timestamp", DataTypes.TIMESTAMP_WITH_LOCAL_TIME_ZONE(3).notNull()));

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
    private final String table;
    private final List<String> metadata;
    private volatile boolean cancelled;

    Lines(
        String run,
        String table,
        List<Line> lines,
        DeserializationSchema<RowData> format,
        List<String> metadata) {
      this.run = run;
      this.table = table;
      this.metadata = new ArrayList<>(metadata);
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
      long offset = 0;
      for (Line line : lines) {
        turns.await(line.turn());
        if (cancelled) return;
        synchronized (context.getCheckpointLock()) {
          List<Object> known = new ArrayList<>();
          for (String key : metadata) known.add(knownOf(key, line, offset));
          Kinded out = new Kinded(context, kindOf(line.kind()), known);
          format.deserialize(line.json().getBytes("UTF-8"), out);
        }
        offset++;
        turns.done(line.turn());
      }
      turns.await(Integer.MAX_VALUE);
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    private Object knownOf(String key, Line line, long offset) {
      switch (key) {
        case "topic":
          return StringData.fromString(table);
        case "partition":
          return 0;
        case "offset":
          return offset;
        case "timestamp":
          return TimestampData.fromEpochMillis(line.appendTimeMs());
        default:
          throw new IllegalArgumentException(key + " is no metadata");
      }
    }

    private static RowKind kindOf(String text) {
      for (RowKind kind : RowKind.values()) if (kind.shortString().equals(text)) return kind;
      throw new IllegalArgumentException(text + " is no row kind");
    }
  }

  record Kinded(RichSourceFunction.SourceContext<RowData> out, RowKind kind, List<Object> known)
      implements Collector<RowData> {
    @Override
    public void collect(RowData row) {
      RowData given = known.isEmpty() ? row : withKnown((GenericRowData) row);
      given.setRowKind(kind);
      out.collect(given);
    }

    private RowData withKnown(GenericRowData row) {
      int own = row.getArity();
      GenericRowData wide = new GenericRowData(own + known.size());
      for (int field = 0; field < own; field++) wide.setField(field, row.getField(field));
      for (int field = 0; field < known.size(); field++) wide.setField(own + field, known.get(field));
      return wide;
    }

    @Override
    public void close() {}
  }

  static class Table implements ScanTableSource {
    final String run;
    final String name;
    final ChangelogMode mode;
    final DecodingFormat<DeserializationSchema<RowData>> decoding;
    final DataType type;
    final List<String> metadata = new ArrayList<>();

    Table(
        String run,
        String name,
        ChangelogMode mode,
        DecodingFormat<DeserializationSchema<RowData>> decoding,
        DataType type) {
      this.run = run;
      this.name = name;
      this.mode = mode;
      this.decoding = decoding;
      this.type = type;
    }

    @Override
    public ChangelogMode getChangelogMode() {
      return mode;
    }

    @Override
    public ScanRuntimeProvider getScanRuntimeProvider(ScanContext context) {
      List<Line> lines = RUNS.get(run).lines.getOrDefault(name, List.of());
      Lines source = new Lines(run, name, lines, decoding.createRuntimeDecoder(context, type), metadata);
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

  /** One that declares METADATA columns: to support them changes the plans of tables that have none. */
  static class KnownTable extends Table implements SupportsReadingMetadata {
    KnownTable(Table table) {
      super(table.run, table.name, table.mode, table.decoding, table.type);
      metadata.addAll(table.metadata);
    }

    @Override
    public Map<String, DataType> listReadableMetadata() {
      return METADATA;
    }

    @Override
    public void applyReadableMetadata(List<String> keys, DataType produced) {
      metadata.clear();
      metadata.addAll(keys);
    }

    @Override
    public DynamicTableSource copy() {
      return new KnownTable(this);
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
    DataType type = context.getPhysicalRowDataType();
    Table table = new Table(run, helper.getOptions().get(TABLE), mode, decoding, type);
    boolean known =
        context.getCatalogTable().getResolvedSchema().getColumns().stream()
            .anyMatch(Column.MetadataColumn.class::isInstance);
    return known ? new KnownTable(table) : table;
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

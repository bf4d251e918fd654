import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.JsonNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ArrayNode;
import org.apache.flink.shaded.jackson2.com.fasterxml.jackson.databind.node.ObjectNode;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ResultKind;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.TableResult;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.planner.loader.PlannerModule;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.flink.types.Row;
import org.apache.flink.util.CloseableIterator;

/**
 * Gives statements to Flink. A line of standard input is one question, a line of standard output its answer:
 *
 *   {"id", "setup": [DDL…], "rows": {table: [[turn, kind, JSON, append time?]…]}, "sql", "run": boolean}
 *   {"id", "columns": [[name, type]…], "rows": [[kind, cell…]…]} or {"id", "error"}
 *
 * The question "KEYWORDS" is answered by the words that Flink's parser knows and may be no name without quotes.
 *
 * A DDL names its rows by WITH ('connector' = 'corpus', 'run' = '$RUN', 'table' = …). The first line of the
 * output is {"version"}. One process and one cluster in it serve all questions.
 */
public class Judge {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int WORKERS = 2;
  private static final int SECONDS_MAX = 60;
  private static final int MESSAGE_MAX = 240;
  /** Between two rows of a query that reads several inputs, so that each is worked off before the next. */
  private static final int PAUSE_MS = 100;
  /** When rows were appended of which the question does not say it: the first moment of 2026. */
  private static final long APPENDED_MS = 1767225600000L;

  private static final Pattern SCAN = Pattern.compile("TableSourceScan\\(table=\\[\\[\\w+, \\w+, ([^\\],]+)");
  private static final Pattern SEVERAL_INPUTS = Pattern.compile("Join|Union|Reused");

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    // Flink prints now and then; the answers go on alone.
    System.setOut(System.err);
    Configuration settings = settings();
    MiniClusterConfiguration machine =
        new MiniClusterConfiguration.Builder()
            .setConfiguration(settings)
            .setNumTaskManagers(1)
            .setNumSlotsPerTaskManager(WORKERS * 2)
            .build();
    try (MiniCluster cluster = new MiniCluster(machine)) {
      cluster.start();
      settings.setString("execution.target", "remote");
      settings.setString("rest.address", "localhost");
      settings.setString("rest.port", String.valueOf(cluster.getRestAddress().get().getPort()));
      out.println(JSON.createObjectNode().put("version", EnvironmentInformation.getVersion()));
      ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
      BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
      for (String line; (line = questions.readLine()) != null; ) {
        JsonNode question = JSON.readTree(line);
        workers.submit(() -> out.println(answerInTime(question, cluster, settings)));
      }
      workers.shutdown();
      workers.awaitTermination(1, TimeUnit.HOURS);
    }
    System.exit(0);
  }

  private static Configuration settings() {
    Configuration settings = new Configuration();
    Map.ofEntries(
            Map.entry("rest.bind-port", "0"),
            Map.entry("rest.bind-address", "localhost"),
            Map.entry("parallelism.default", "1"),
            // Each row's watermark follows it at once, and each row goes on alone.
            Map.entry("pipeline.auto-watermark-interval", "0 ms"),
            Map.entry("execution.buffer-timeout.interval", "0 ms"),
            Map.entry("restart-strategy.type", "none"),
            Map.entry("table.local-time-zone", "UTC"),
            Map.entry("taskmanager.memory.network.min", "64 mb"),
            Map.entry("taskmanager.memory.network.max", "64 mb"),
            Map.entry("taskmanager.memory.managed.size", "256 mb"))
        .forEach(settings::setString);
    return settings;
  }

  private static String answerInTime(JsonNode question, MiniCluster cluster, Configuration settings) {
    ExecutorService worker = Executors.newSingleThreadExecutor();
    ObjectNode answer = JSON.createObjectNode().put("id", question.get("id").asText());
    try {
      Future<?> future =
          worker.submit(
              () -> {
                answer(question, cluster, settings, answer);
                return null;
              });
      future.get(SECONDS_MAX, TimeUnit.SECONDS);
    } catch (TimeoutException late) {
      answer.removeAll();
      answer.put("id", question.get("id").asText()).put("error", "no answer within " + SECONDS_MAX + " s");
    } catch (Exception failed) {
      answer.remove("columns");
      answer.remove("rows");
      answer.put("error", reasonOf(failed));
    } finally {
      worker.shutdownNow();
    }
    return answer.toString();
  }

  private static void answer(JsonNode question, MiniCluster cluster, Configuration settings, ObjectNode answer)
      throws Exception {
    String run = question.get("id").asText();
    CorpusTables.Turns turns = new CorpusTables.Turns(linesOf(question.get("rows")));
    CorpusTables.RUNS.put(run, turns);
    try {
      TableEnvironment tables =
          TableEnvironment.create(
              EnvironmentSettings.newInstance().inStreamingMode().withConfiguration(settings).build());
      for (JsonNode ddl : question.get("setup")) prepareWith(ddl.asText().replace("$RUN", run), tables);
      String sql = question.get("sql").asText().replace("$RUN", run);
      if (sql.equals("KEYWORDS")) {
        readKeywords(tables, answer);
        return;
      }
      if (!isQuery(sql)) {
        TableResult done = tables.executeSql(sql);
        if (done.getJobClient().isEmpty() && question.get("run").asBoolean()) readResult(done, answer);
        else if (done.getJobClient().isPresent()) done.await(SECONDS_MAX, TimeUnit.SECONDS);
        return;
      }
      String plan = tables.explainSql(sql);
      if (!question.get("run").asBoolean()) return;
      prepare(turns, plan);
      TableResult result = tables.executeSql(sql);
      if (result.getJobClient().isPresent()) awaitRunning(cluster, result.getJobClient().get().getJobID());
      turns.begin();
      readResult(result, answer);
    } finally {
      CorpusTables.RUNS.remove(run);
    }
  }

  /** Each word of the parser is tried as the name of a column, where it is given and where it is read. */
  private static void readKeywords(TableEnvironment tables, ObjectNode answer) throws Exception {
    Field loader = PlannerModule.class.getDeclaredField("submoduleClassLoader");
    loader.setAccessible(true);
    ClassLoader planner = (ClassLoader) loader.get(PlannerModule.getInstance());
    Class<?> constants = planner.loadClass("org.apache.flink.sql.parser.impl.FlinkSqlParserImplConstants");
    answer.putArray("columns").addArray().add("reserved").add("STRING NOT NULL");
    ArrayNode rows = answer.putArray("rows");
    Set<String> words = new TreeSet<>();
    for (String image : (String[]) constants.getField("tokenImage").get(null)) {
      Matcher word = Pattern.compile("\"([A-Z][A-Z0-9_]*)\"").matcher(image);
      if (word.matches()) words.add(word.group(1));
    }
    for (String word : words) {
      try {
        tables.explainSql("SELECT " + word + " FROM (VALUES (1)) AS t (" + word + ")");
      } catch (Exception refused) {
        rows.addArray().add("+I").add(word);
      }
    }
  }

  /** SET is of Flink's clients; what it sets is the environment's. */
  private static void prepareWith(String statement, TableEnvironment tables) {
    Matcher setting = Pattern.compile("SET '([^']+)' = '([^']*)'").matcher(statement.strip());
    if (setting.matches()) tables.getConfig().set(setting.group(1), setting.group(2));
    else tables.executeSql(statement);
  }

  private static boolean isQuery(String sql) {
    String bare = sql.replaceAll("(?s)/\\*.*?\\*/", " ").replaceAll("(?m)--.*$", " ").strip().toUpperCase();
    return bare.startsWith("SELECT") || bare.startsWith("VALUES") || bare.startsWith("WITH") || bare.startsWith("INSERT") || bare.startsWith("(");
  }

  private static Map<String, List<CorpusTables.Line>> linesOf(JsonNode rows) {
    Map<String, List<CorpusTables.Line>> lines = new HashMap<>();
    rows.properties().forEach((entry) -> {
      List<CorpusTables.Line> ofTable = new ArrayList<>();
      for (JsonNode row : entry.getValue()) {
        long appendTimeMs = row.has(3) ? row.get(3).asLong() : APPENDED_MS;
        String json = row.get(2).asText();
        ofTable.add(new CorpusTables.Line(row.get(0).asInt(), row.get(1).asText(), json, appendTimeMs));
      }
      lines.put(entry.getKey(), ofTable);
    });
    return lines;
  }

  /** No row comes before every operator is there: the first rows of two inputs would race. */
  private static void awaitRunning(MiniCluster cluster, JobID job) throws Exception {
    boolean starting = true;
    while (starting) {
      Thread.sleep(10);
      starting = false;
      for (AccessExecutionVertex task : cluster.getExecutionGraph(job).get().getAllExecutionVertices()) {
        ExecutionState state = task.getExecutionState();
        starting |= state != ExecutionState.RUNNING && !state.isTerminal();
      }
    }
  }

  private static void prepare(CorpusTables.Turns turns, String plan) {
    String execution = plan.substring(plan.indexOf("== Optimized Execution Plan =="));
    Map<String, Integer> scans = new TreeMap<>();
    Matcher scan = SCAN.matcher(execution);
    while (scan.find()) scans.merge(scan.group(1), 1, Integer::sum);
    boolean several = scans.size() > 1 || SEVERAL_INPUTS.matcher(execution).find();
    turns.plan(scans, several ? PAUSE_MS : 0);
  }

  private static void readResult(TableResult result, ObjectNode answer) throws Exception {
    if (result.getResultKind() != ResultKind.SUCCESS_WITH_CONTENT) return;
    ArrayNode columns = answer.putArray("columns");
    List<LogicalType> types = new ArrayList<>();
    for (Column column : result.getResolvedSchema().getColumns()) {
      LogicalType type = column.getDataType().getLogicalType();
      types.add(type);
      columns.addArray().add(column.getName()).add(type.asSummaryString());
    }
    ArrayNode rows = answer.putArray("rows");
    try (CloseableIterator<Row> changes = result.collect()) {
      while (changes.hasNext()) {
        Row row = changes.next();
        ArrayNode cells = rows.addArray().add(row.getKind().shortString());
        for (int at = 0; at < types.size(); at++) cells.add(textOf(row.getField(at), types.get(at)));
      }
    }
  }

  /**
   * As `cellText` of the command line shows it; null for NULL. The entries of a map, which Flink hands out in
   * the order of hashes, are sorted by their keys.
   */
  private static String textOf(Object value, LogicalType type) {
    if (value == null) return null;
    if (value instanceof Boolean truth) return truth ? "TRUE" : "FALSE";
    if (value instanceof BigDecimal decimal) return decimal.toPlainString();
    if (value instanceof LocalTime time) return withFraction(time.format(HOURS), time.getNano(), type);
    if (value instanceof LocalDateTime moment) return withFraction(moment.format(DAYS), moment.getNano(), type);
    if (value instanceof Instant instant) return textOf(LocalDateTime.ofInstant(instant, ZoneOffset.UTC), type);
    if (value instanceof Duration length) return String.valueOf(length.toMillis());
    if (value instanceof byte[] bytes) {
      StringBuilder hex = new StringBuilder("x'");
      for (byte each : bytes) hex.append(String.format("%02x", each));
      return hex.append("'").toString();
    }
    if (value instanceof Object[] items) {
      List<String> texts = new ArrayList<>();
      for (Object item : items) texts.add(innerText(item, type, 0));
      return texts.toString();
    }
    if (value instanceof Row row) {
      List<String> texts = new ArrayList<>();
      for (int at = 0; at < row.getArity(); at++) {
        texts.add(innerText(row.getField(at), type, at));
      }
      return "(" + String.join(", ", texts) + ")";
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, String> texts = new TreeMap<>();
      map.forEach((key, item) -> texts.put(innerText(key, type, 0), innerText(item, type, 1)));
      return texts.toString();
    }
    return value.toString();
  }

  private static String innerText(Object value, LogicalType outer, int child) {
    String text = textOf(value, outer.getChildren().get(child));
    return text == null ? "NULL" : text;
  }

  private static final DateTimeFormatter DAYS = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss");
  private static final DateTimeFormatter HOURS = DateTimeFormatter.ofPattern("HH:mm:ss");

  private static String withFraction(String seconds, int nanos, LogicalType type) {
    int precision = LogicalTypeChecks.getPrecision(type);
    if (precision == 0) return seconds;
    return seconds + "." + String.format("%09d", nanos).substring(0, precision);
  }

  /** The innermost cause says what was wrong; its first line suffices. */
  private static String reasonOf(Throwable failed) {
    Throwable innermost = failed;
    String message = null;
    for (Throwable at = failed; at != null && at.getCause() != at; at = at.getCause()) {
      if (at.getMessage() == null || at.getMessage().isBlank()) continue;
      innermost = at;
      message = at.getMessage();
    }
    String name = innermost.getClass().getSimpleName();
    if (message == null) return failed.toString();
    String line = message.strip().split("\n")[0].strip();
    return name + ": " + (line.length() <= MESSAGE_MAX ? line : line.substring(0, MESSAGE_MAX) + "…");
  }
}

/** The small project that `quickwater init` writes: its files by their path, as texts. */

/** `name` is the project's. */
export function starterFiles(name: string): Readonly<Record<string, string>> {
  return {
    "README.md": readme(name),
    "quickwater.yaml": settings(name),
    "sql/orders.sql": sql,
    "simulators/orders.yaml": simulator,
    "dashboards/orders.yaml": page,
    "expected/minute.yaml": scenario,
  };
}

/** As YAML has it: plain where nothing else can be meant. */
export function yamlName(name: string): string {
  const isPlain = /^[a-z][a-z0-9-]*$/.test(name) && !["true", "false", "null"].includes(name);
  return isPlain ? name : JSON.stringify(name);
}

const readme = (name: string) => `# ${name}

Orders of a few shops, and what each shop sold in each minute.

- \`sql/orders.sql\`: the stream \`orders\`, and the view \`revenue_per_minute\` over it
- \`simulators/orders.yaml\`: events for a demo
- \`dashboards/orders.yaml\`: the page that shows it
- \`expected/minute.yaml\`: what the view shows of given events; \`quickwater test\` proves it
- \`quickwater.yaml\`: settings

Change the SQL while it runs: \`quickwater start --watch\` takes each file that is saved.
`;

const page = `# A page of the dashboard. start --watch takes it when it is saved; check says what is wrong.
title: Orders
summary: What each shop sold, minute by minute
filters:
  shop: { title: Shop, view: revenue_per_minute, column: shop }
rows:
  - - kpi: Revenue
      view: revenue_per_minute
      match: [shop]
      time: window_start
      value: sum(revenue)
    - kpi: Mean order
      view: revenue_per_minute
      match: [shop]
      time: window_start
      value: sum(revenue) / sum(orders)
      format: number 2
    - series: Revenue per minute
      view: revenue_per_minute
      time: window_start
      value: sum(revenue)
      by: shop
  - - table: Minutes
      view: revenue_per_minute
      match: [shop]
      time: window_start
      sort: -window_start
      columns: { window_start: Minute, shop: Shop, orders: Orders, revenue: Revenue }
`;

const settings = (name: string) => `# A data folder belongs to the project of this name.
name: ${yamlName(name)}

# What days and local clocks are of, in all SQL that says no other; UTC unless said.
# time-zone: Europe/Berlin

# An event whose time is further ahead of the server's clock is kept as a dead letter; an hour unless said.
# log:
#   event-ahead-ms-max: 3600000
`;

const sql = `-- An order that was placed. Events come as JSON: POST /v1/streams/orders/events
CREATE TABLE orders (
  order_id  STRING NOT NULL,
  shop      STRING NOT NULL,
  amount    DECIMAL(10, 2) NOT NULL,
  placed_at TIMESTAMP_LTZ(3) NOT NULL,
  -- An order may come 5 seconds out of order; a minute is final that long behind its end.
  WATERMARK FOR placed_at AS placed_at - INTERVAL '5' SECOND
) WITH (
  -- An order that is sent twice counts once.
  'dedup-key' = 'order_id'
);

-- What each shop sold in each minute. Read it at /v1/views/revenue_per_minute
CREATE MATERIALIZED VIEW revenue_per_minute AS
SELECT
  window_start,
  window_end,
  shop,
  COUNT(*)    AS orders,
  SUM(amount) AS revenue
FROM TABLE(TUMBLE(TABLE orders, DESCRIPTOR(placed_at), INTERVAL '1' MINUTE))
GROUP BY window_start, window_end, shop;
`;

const simulator = `# Five orders a second of three shops.
stream: orders
rate: 5
fields:
  order_id: { uuid: true }
  shop: { choice: { Bern: 3, Basel: 2, Chur: 1 } }
  amount: { decimal: { from: 5, to: 120, scale: 2 } }
  placed_at: { now: true }
`;

const scenario = `# A minute of orders: while it fills, when it is final, and what comes too late for it.
clock: 2026-03-02T09:00:00Z
steps:
  - at: 09:00:10
    send: orders
    events:
      - { order_id: o1, shop: Bern, amount: 10.00, placed_at: 2026-03-02T09:00:08Z }
      - { order_id: o2, shop: Bern, amount: 2.50, placed_at: 2026-03-02T09:00:09Z }
      # Sent twice.
      - { order_id: o1, shop: Bern, amount: 10.00, placed_at: 2026-03-02T09:00:08Z }
    answer: { accepted: 2, duplicates: 1 }
    shows:
      revenue_per_minute: |
        window_start         | shop | orders | revenue | final
        2026-03-02T09:00:00Z | Bern | 2      | 12.50   | no
  # Quiet for long enough: the minute closes.
  - at: 09:01:30
    shows:
      revenue_per_minute: |
        window_start         | shop | orders | revenue | final
        2026-03-02T09:00:00Z | Bern | 2      | 12.50   | yes
  - send: orders
    events:
      - { order_id: o3, shop: Bern, amount: 1.00, placed_at: 2026-03-02T09:00:30Z }
    shows:
      revenue_per_minute: |
        window_start         | shop | orders | revenue | final
        2026-03-02T09:00:00Z | Bern | 2      | 12.50   | yes
      revenue_per_minute$late: |
        order_id | amount
        o3       | 1.00
`;

/** A page with a panel of each kind over the project of `test-server.ts`, with its analyses. */
export const pageOfAll = `title: All kinds
summary: Each once
order: 5
span: 24h
every: 10 s
filters:
  k: { title: Kind, view: sales, column: k, all: false }
rows:
  - - kpi: Total
      note: Of what is shown
      width: 4
      view: sales
      where: n > 0
      match: [k]
      time: window_end
      value: sum(total) / sum(n)
      format: money EUR
      compare: 5 min
      better: less
      target: 10
    - gauge: Windows that are over
      view: closed
      value: count()
      max: 10
      levels: [{ from: 0, tone: bad, title: few }, { from: 5, tone: good }]
    - status: State
      items:
        Socket: connection
        Orders: { view: sales, value: sum(n), format: number 1 }
  - title: Over time
    panels:
      - series: Orders
        view: sales
        time: window_start
        value: sum(n)
        by: k
        look: bars
        stacked: true
        bucket: 1 min
        thresholds: [{ from: 3, tone: warn, title: many }]
        marks: { view: closed, where: n > 1, time: window_end, text: "{n} orders" }
      - bars: By kind
        view: sales
        newest: window_start
        by: k
        value: sum(total)
        format: number 2
        limit: 3
  - - table: Windows
      view: sales
      time: window_start
      sort: -total
      columns: { k: Kind, window_start: From, total: { title: Total, format: money EUR } }
      choose: { filter: k, column: k }
      detail:
        title: Its orders
        stream: orders
        match: { k: k }
        columns: { id: Order, place.lat: Latitude }
    - funnel: How far
      analysis: to_large
      parameters: { span: page }
      every: 30 s
    - cohort: Who comes back
      analysis: coming_back
    - heat-map: When
      analysis: by_hour
    - bubble: Kinds
      view: sales
      label: k
      x: sum(n)
      y: { value: sum(total), title: Total, format: money EUR }
      size: { value: sum(n), title: Orders }
    - places: Where
      view: sales
      by: [k]
      values: { Orders: sum(n) }
    - feed: What happened
      view: sales
      time: window_end
      text: "{k} came {n} times"
      formats: { total: money EUR }
      none: Nothing happened.
      actions:
        Order again:
          stream: orders
          tone: good
          ask: { amount: Amount }
          event: { id: "{n}", k: "{k}", amount: "{$amount}", ts: "{$now}" }
    - text: About
      body: |
        What this is **about**.
`;

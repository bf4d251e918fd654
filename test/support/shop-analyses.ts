/** Events and an analysis of each kind over the orders of `test-server.ts`. */
export const shopAnalyses = `events:
  ordered:
    stream: orders
    actor: k
    value: amount
    properties:
      size: CASE WHEN amount > 5 THEN 'large' ELSE 'small' END
      latitude: place.lat
  large:
    stream: orders
    actor: k
    value: amount
    where: amount > 5
analyses:
  to_large:
    kind: funnel
    summary: From an order to a large one
    steps: [ordered, large]
    within: 1h
    by: size
    span: 1d
  coming_back:
    kind: cohort
    summary: Who orders again
    first: ordered
    return: ordered
    grain: day
    periods: 3
  buyers:
    kind: segments
    summary: How much they buy
    population: [ordered]
    averages: [ordered, large]
    segments:
      - name: big
        when: { large: { min: 1 }, ordered.size: { is: [large] } }
      - name: regular
        when: { ordered: { min: 2 } }
    else: others
  by_hour: { kind: heat-map, summary: When, event: ordered, measure: sum }
  afterwards: { kind: paths, summary: What next, start: ordered, among: [large], depth: 2 }
  daily: { kind: growth, summary: Day by day, event: ordered, measure: sum, grain: day, periods: 2 }
  best: { kind: top, summary: Who buys most, event: ordered, by: k, measure: sum, limit: 1 }
`;

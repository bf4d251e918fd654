/**
 * Which of many points are drawn: of each column of pixels the least and the greatest of each line, so that
 * no peak is lost and no more is drawn than can be seen.
 */

export type PixelValues = readonly (number | null)[];

/** Positions in order. `places` ascend; `columns` is how many pixels there are for them. */
export function drawnPositions(
  places: readonly number[],
  lines: readonly PixelValues[],
  columns: number,
): readonly number[] {
  const [first, last] = [places[0] ?? 0, places.at(-1) ?? 0];
  if (places.length <= 2 * columns || last <= first) return places.map((_, position) => position);
  const columnOf = (position: number): number =>
    Math.min(columns - 1, Math.floor((((places[position] ?? 0) - first) / (last - first)) * columns));
  const drawn: number[] = [];
  for (let from = 0; from < places.length; ) {
    const column = columnOf(from);
    let to = from + 1;
    while (to < places.length && columnOf(to) === column) to += 1;
    drawn.push(...extremesOf(lines, from, to));
    from = to;
  }
  return drawn;
}

/** The first of a column stands for those that have no value, so that a gap stays one. */
function extremesOf(lines: readonly PixelValues[], from: number, to: number): readonly number[] {
  const kept = new Set<number>();
  for (const values of lines) {
    let [least, greatest] = [-1, -1];
    for (let position = from; position < to; position += 1) {
      const value = values[position] ?? null;
      if (value === null) continue;
      if (least === -1 || value < (values[least] ?? 0)) least = position;
      if (greatest === -1 || value > (values[greatest] ?? 0)) greatest = position;
    }
    if (least === -1) kept.add(from);
    else kept.add(least).add(greatest);
  }
  return [...kept].sort((left, right) => left - right);
}

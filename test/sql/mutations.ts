/** Statements, damaged: pieces are left out, put in, doubled and moved. */

const pieces =
  `( ) , ; . < > = => * / % + - || ' \` " /* */ /*+ -- '' 1 0 2.5 1e9 NULL NOT AND OR IS IN CASE WHEN THEN
ELSE END SELECT FROM WHERE GROUP BY AS TABLE TUMBLE DESCRIPTOR INTERVAL 'x' '1' MINUTE MONTH COUNT WITH VALUES
SUM FILTER OVER JOIN UNION INTERSECT LATERAL UNNEST ORDER LIMIT ROWS BETWEEN EXISTS KEY VALUE JSON_VALUE TRIM
EXECUTE STATEMENT SET BEGIN INSERT INTO CREATE DROP SHOW EXPLAIN id n d r r.b window_start window_time CAST
ROW ARRAY MAP DECIMAL(99) [ ] U& X' { } \u0000 \u{1F600} \\ $`.split(/\s+/);

/** A small generator of its own, so that a failure names the seed that repeats it. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Up to four changes of one text. */
export function damaged(text: string, next: () => number): string {
  let result = text;
  for (let changes = 1 + Math.floor(next() * 4); changes > 0; changes--) result = mutate(result, next);
  return result;
}

function mutate(text: string, next: () => number): string {
  const at = Math.floor(next() * text.length);
  const length = Math.floor(next() * 12);
  const piece = pieces[Math.floor(next() * pieces.length)]!;
  switch (Math.floor(next() * 5)) {
    case 0:
      return text.slice(0, at) + text.slice(at + length);
    case 1:
      return `${text.slice(0, at)} ${piece} ${text.slice(at)}`;
    case 2:
      return text.slice(0, at) + piece + text.slice(at + length);
    case 3:
      return text.slice(0, at) + text.slice(at, at + length * 4).repeat(3) + text.slice(at);
    default: {
      const other = Math.floor(next() * text.length);
      return text.slice(0, at) + text.slice(other, other + length * 3) + text.slice(at + length);
    }
  }
}

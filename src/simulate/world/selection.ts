/** One of several: values by weight, members of an entity, the member that two others make up. */
import type { Random } from "../random.ts";
import type { PickBy, Value } from "../world-spec.ts";
import type { Draw, WorldState } from "./world-state.ts";

export function compileChoice(options: readonly Draw[], weights: readonly number[], random: Random): Draw {
  if (weights.every((weight) => weight === weights[0])) {
    return (slots) => options[random.between(0, options.length - 1)]!(slots);
  }
  const shares = runningSum(weights);
  return (slots) => options[search(shares, random)]!(slots);
}

/** Weights are those that the members have when the first one is picked. */
export function compilePick(entity: number, by: PickBy, state: WorldState): Draw {
  const { count } = state.entities[entity]!;
  const { random } = state;
  if (by.kind === "even") return () => random.between(0, count - 1);
  let shares: Float64Array | undefined;
  return () => {
    shares ??= runningSum(weightsOf(by, count, state.columns[entity]!));
    return search(shares, random);
  };
}

function weightsOf(
  by: Exclude<PickBy, { kind: "even" }>,
  count: number,
  columns: readonly Value[][],
): number[] {
  if (by.kind === "skew") return Array.from({ length: count }, (_, index) => 1 / (index + 1) ** by.skew);
  return columns[by.field]!.map((weight) => Math.max(0, Number(weight)) / by.unit);
}

/** The member of that number, where there is one. */
export function compileNumbered(number: Draw, count: number): Draw {
  return (slots) => {
    const found = number(slots) as number | null;
    return found !== null && found >= 0 && found < count ? found : null;
  };
}

/** The member of an entity of pairs: the last part changes fastest. */
export function compileFind(parts: readonly Draw[], sides: readonly number[]): Draw {
  return (slots) => {
    let found = 0;
    for (let side = 0; side < sides.length; side++) {
      const part = parts[side]!(slots) as number | null;
      if (part === null) return null;
      found = found * sides[side]! + part;
    }
    return found;
  };
}

function runningSum(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length);
  let sum = 0;
  for (let index = 0; index < weights.length; index++) {
    sum += weights[index]!;
    sums[index] = sum;
  }
  return sums;
}

/** The first place whose sum is above what was drawn. */
function search(sums: Float64Array, random: Random): number {
  const drawn = random.unit() * sums[sums.length - 1]!;
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > drawn) high = middle;
    else low = middle + 1;
  }
  return low;
}

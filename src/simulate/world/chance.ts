/** Numbers that chance draws: even ones, and those around a mean. */
import type { Random } from "../random.ts";
import type { ValueSpec } from "../world-spec.ts";
import { rounded } from "./number-text.ts";
import type { Draw } from "./world-state.ts";

/** Beyond this many digits a double is rounded through its text. */
const quickDigitsMax = 9;
/** How often a number that is out of bounds is drawn again before it is cut to them. */
const drawsMax = 16;

/** Even chances; in smallest units, or where it is a binary fraction, rounded to digits. */
export function compileBetween(from: Draw, to: Draw, digits: number | undefined, random: Random): Draw {
  return digits === undefined ? evenWhole(from, to, random) : evenDouble(from, to, digits, random);
}

/** Where one bound comes out above the other there is only the first. */
function evenWhole(from: Draw, to: Draw, random: Random): Draw {
  return (slots) => {
    const least = from(slots) as number;
    const most = to(slots) as number;
    return most <= least ? least : random.between(least, most);
  };
}

function evenDouble(from: Draw, to: Draw, digits: number, random: Random): Draw {
  const unit = 10 ** digits;
  return (slots) => {
    const least = from(slots) as number;
    const drawn = least + random.unit() * Math.max(0, (to(slots) as number) - least);
    return digits <= quickDigitsMax ? Math.round(drawn * unit) / unit : Number(drawn.toFixed(digits));
  };
}

type NormalSpec = Extract<ValueSpec, { kind: "normal" }>;

/** Around a mean: of `lognormal`, mean and deviation are those of what is drawn. */
export function compileNormal(spec: NormalSpec, mean: Draw, deviation: Draw, random: Random): Draw {
  const { isLog, from, to } = spec;
  const unit = 10 ** spec.scale;
  return (slots) => {
    let center = mean(slots) as number;
    let spread = deviation(slots) as number;
    if (isLog) {
      const least = Math.max(center, Number.MIN_VALUE);
      spread = Math.sqrt(Math.log1p((spread / least) ** 2));
      center = Math.log(least) - (spread * spread) / 2;
    }
    let drawn = Number.NaN;
    for (let draws = 0; draws < drawsMax; draws++) {
      drawn = center + spread * standardNormal(random);
      if (isLog) drawn = Math.exp(drawn);
      if (drawn >= from && drawn <= to) break;
    }
    return rounded(Math.min(Math.max(drawn, from), to) * unit);
  };
}

function standardNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random.unit()));
  return radius * Math.cos(2 * Math.PI * random.unit());
}

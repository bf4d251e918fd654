/** `90 s`, `5 min`, `1 h`: in the largest unit that holds it whole. */

const units: readonly (readonly [ms: number, name: string])[] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
  [1000, "s"],
];

export function durationText(ms: number): string {
  const [size, name] = units.find(([unit]) => ms !== 0 && ms % unit === 0) ?? [1, "ms"];
  return `${ms / size} ${name}`;
}

/** Sizes as options write them: '500 MB', '10 GB'; a unit is 1000 of the one before. */
const sizeText = /^(\d{1,9})\s*(KB|MB|GB|TB)$/;
const unitBytes: Readonly<Record<string, number>> = { KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };

/** Undefined where the text is no size. */
export function sizeBytes(text: string): number | undefined {
  const [, count, unit] = sizeText.exec(text) ?? [];
  return count === undefined || unit === undefined ? undefined : Number(count) * unitBytes[unit]!;
}

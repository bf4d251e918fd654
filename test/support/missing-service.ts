/**
 * For `describe.skipIf(…)`: whether something outside is missing. On a developer's machine the reason is
 * printed and the tests are skipped; under CI=true everything has to be there, so the tests run and fail.
 */
export function isMissing(service: string, isPresent: boolean, howToGet: string): boolean {
  if (isPresent) return false;
  if (process.env.CI === "true")
    throw new Error(`${service} is missing, and CI may not go without: ${howToGet}`);
  process.stderr.write(`Skipped because ${service} is missing: ${howToGet}\n`);
  return true;
}

/**
 * Runs before the first paint, so that a chosen theme never flashes the other one; src/theme/theme.ts has
 * the rest.
 */
try {
  const chosen = localStorage.getItem("quickwater.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be forbidden; then the system's theme is used.
}

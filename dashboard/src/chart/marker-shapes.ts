/**
 * The signs that tell lines apart without colour, in a square from -1 to 1. The same path is drawn on a
 * canvas and in the legend.
 */
const shapes: readonly string[] = [
  "M1 0A1 1 0 1 1 -1 0A1 1 0 1 1 1 0Z",
  "M-.9 -.9H.9V.9H-.9Z",
  "M0 -1.1L1.1 .9H-1.1Z",
  "M0 -1.25L1.25 0L0 1.25L-1.25 0Z",
  "M0 1.1L1.1 -.9H-1.1Z",
  "M-.4 -1.2H.4V-.4H1.2V.4H.4V1.2H-.4V.4H-1.2V-.4H-.4Z",
  "M-1 -1.2L1.2 0L-1 1.2Z",
  "M1 -1.2L-1.2 0L1 1.2Z",
];

/** The ninth is a short stroke: what is left over has no sign of its own. */
const restShape = "M-1.2 -.3H1.2V.3H-1.2Z";

export function markerShape(position: number): string {
  return shapes[position] ?? restShape;
}

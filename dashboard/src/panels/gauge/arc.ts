/** Half circles as paths of SVG: 0 is the left end, 1 the right one. */

export interface Arc {
  readonly centreX: number;
  readonly centreY: number;
  readonly radius: number;
}

export function pointOf({ centreX, centreY, radius }: Arc, part: number): readonly [number, number] {
  const angle = Math.PI * (1 - part);
  return [centreX + radius * Math.cos(angle), centreY - radius * Math.sin(angle)];
}

export function arcPath(arc: Arc, from: number, to: number): string {
  const write = (part: number) =>
    pointOf(arc, part)
      .map((at) => at.toFixed(2))
      .join(" ");
  return `M${write(from)}A${arc.radius} ${arc.radius} 0 0 1 ${write(to)}`;
}

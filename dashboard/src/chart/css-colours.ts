/** A canvas knows no CSS variables: colours of the theme, resolved as they are where the chart stands. */
export type ResolveColour = (expression: string) => string;

/** For as long as the theme is the same. */
export function colourResolver(place: HTMLElement): ResolveColour {
  const known = new Map<string, string>();
  return (expression) => {
    let colour = known.get(expression);
    if (colour === undefined) {
      const probe = document.createElement("span");
      probe.style.color = expression;
      place.append(probe);
      colour = getComputedStyle(probe).color;
      probe.remove();
      known.set(expression, colour);
    }
    return colour;
  };
}

/** The endpoints that there are, by their paths. A project that is saved may bring others at any moment. */
import { type Endpoint, placeholderOf, segmentsOf } from "./endpoint.ts";

export interface FoundEndpoint {
  readonly endpoint: Endpoint;
  /** What stands in the path for each `{name}`. */
  readonly placed: ReadonlyMap<string, string>;
}

export class Endpoints {
  #byBegin = new Map<string, readonly Endpoint[]>();
  #all: readonly Endpoint[] = [];

  constructor(endpoints: readonly Endpoint[]) {
    this.replace(endpoints);
  }

  get all(): readonly Endpoint[] {
    return this.#all;
  }

  replace(endpoints: readonly Endpoint[]): void {
    this.#all = endpoints;
    // A path that is written out goes before one with a place for anything.
    const ordered = endpoints.toSorted((left, right) => placesIn(left) - placesIn(right));
    this.#byBegin = Map.groupBy(ordered, ({ path }) => segmentsOf(path)[0]!);
  }

  /** By a path as it is in a request, still encoded. */
  find(path: string): FoundEndpoint | undefined {
    const segments = segmentsOf(path);
    for (const endpoint of this.#byBegin.get(segments[0]!) ?? []) {
      const placed = placedIn(endpoint.path, segments);
      if (placed !== undefined) return { endpoint, placed };
    }
    return undefined;
  }
}

const placesIn = ({ path }: Endpoint) => segmentsOf(path).filter(placeholderOf).length;

function placedIn(path: string, segments: readonly string[]): ReadonlyMap<string, string> | undefined {
  const wanted = segmentsOf(path);
  if (wanted.length !== segments.length) return undefined;
  const placed = new Map<string, string>();
  for (const [index, segment] of wanted.entries()) {
    const name = placeholderOf(segment);
    const found = segments[index]!;
    if (name !== undefined && found !== "") placed.set(name, found);
    else if (segment !== found) return undefined;
  }
  return placed;
}

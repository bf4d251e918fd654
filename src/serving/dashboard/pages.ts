/** The pages that there are, and what they may be of. A project that is saved may bring others. */
import { QuickwaterError, quickwaterError } from "../../errors/quickwater-error.ts";
import { closestName } from "../../errors/suggest.ts";
import type { ProjectAnalyses } from "../../history/analyses/analysis.ts";
import type { RowSchema } from "../../values/row-schema.ts";
import { formatType } from "../../values/sql-type.ts";
import { LastingCondition, RowScope } from "../../views/row-scope.ts";
import type { ViewSchema } from "../../views/view.ts";
import type { Endpoint } from "../endpoints/endpoint.ts";
import type { Page, PageList } from "../pages.ts";
import { wireType } from "../wire.ts";
import type { PageColumn, PageWorld, WrittenPage } from "./written-page.ts";

export class Pages {
  #written: readonly WrittenPage[];
  readonly #world: () => PageWorld;

  /** The world changes under them: it is asked for each time. */
  constructor(written: readonly WrittenPage[], world: () => PageWorld) {
    this.#written = written;
    this.#world = world;
  }

  replace(written: readonly WrittenPage[]): void {
    this.#written = written;
  }

  list(): PageList {
    const world = this.#world();
    const pages = this.#written.map((each) => {
      const { name, title, summary, problems } = each.read(world);
      return { name, title, summary, problems };
    });
    return { pages };
  }

  /** Throws `request.unknown-page` with the name that was most likely meant. */
  page(name: string): Page {
    const found = this.#written.find((each) => each.name === name);
    if (found !== undefined) return found.read(this.#world());
    const names = this.#written.map((each) => each.name);
    throw quickwaterError("request.unknown-page", { page: name }, { suggestion: closestName(name, names) });
  }
}

function pageColumns({ columns }: RowSchema): readonly PageColumn[] {
  return columns.map(({ name, type }) => ({
    name,
    type: wireType(type),
    sqlType: formatType(type),
    members: type.kind === "ROW" ? pageColumns({ columns: type.fields }) : undefined,
  }));
}

interface Named {
  readonly name: string;
  readonly schema: RowSchema;
}

/** What pages may be of, as it is now. */
export function pageWorld(of: {
  readonly views: readonly ViewSchema[];
  readonly streams: readonly (Named & { readonly takesEvents: boolean })[];
  readonly endpoints: readonly Endpoint[];
  readonly analyses: ProjectAnalyses;
}): PageWorld {
  const endpoints = of.endpoints.map(({ path, columns, parameters }) => {
    const names = parameters.map(({ name }) => name);
    return [path, { columns: pageColumns(columns), parameters: names }] as const;
  });
  return {
    views: new Map(of.views.map(({ name, schema }) => [name, pageColumns(schema)])),
    streams: new Map(
      of.streams.map(({ name, schema, takesEvents }) => [
        name,
        { columns: pageColumns(schema), takesEvents },
      ]),
    ),
    endpoints: new Map(endpoints),
    analyses: new Map(of.analyses.saved.map(({ name, kind }) => [name, kind])),
    refusedCondition: (name, where) => {
      const view = of.views.find((each) => each.name === name);
      return view && refusedBy(() => new LastingCondition(where, new RowScope(view)));
    },
  };
}

/** What is thrown where it is, in words. */
function refusedBy(make: () => unknown): string | undefined {
  try {
    make();
    return undefined;
  } catch (error) {
    if (error instanceof QuickwaterError) return error.message;
    throw error;
  }
}

/** Pages as a project has them: read anew against what there is, since views and endpoints come and go. */
import type { Page } from "../pages.ts";
import type { WireType } from "../protocol.ts";

export interface WrittenPage {
  /** Of its file: its address. */
  readonly name: string;
  /** Mistakes stand in the page; it throws for none of them. */
  readonly read: (world: PageWorld) => Page;
}

export interface PageColumn {
  readonly name: string;
  readonly type: WireType;
  readonly sqlType: string;
  /** Of a column that is an object. */
  readonly members: readonly PageColumn[] | undefined;
}

/** What a page may be of. */
export interface PageWorld {
  readonly views: ReadonlyMap<string, readonly PageColumn[]>;
  /** By path. */
  readonly endpoints: ReadonlyMap<string, PageEndpoint>;
  /** Kinds by name. */
  readonly analyses: ReadonlyMap<string, string>;
  readonly streams: ReadonlyMap<string, PageStream>;
  /** Why it cannot be a condition of a view's rows; undefined where it can. */
  readonly refusedCondition: (view: string, where: string) => string | undefined;
}

export interface PageStream {
  readonly columns: readonly PageColumn[];
  /** Whether it is written from outside. */
  readonly takesEvents: boolean;
}

export interface PageEndpoint {
  readonly columns: readonly PageColumn[];
  readonly parameters: readonly string[];
}

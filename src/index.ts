/** Quickwater as a library: the embedded engine and the errors that it throws. */

export type { EngineOptions, SendAnswer } from "./dataflow/runtime/engine-options.ts";
export { type Engine, openEngine } from "./engine.ts";
export type { ErrorCode } from "./errors/catalogue.ts";
export { QuickwaterError } from "./errors/quickwater-error.ts";
export type { RowKey } from "./log/removal.ts";
export type { CellValue, RowObject } from "./views/row-object.ts";

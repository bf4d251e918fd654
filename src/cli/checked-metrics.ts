/** Looks the columns of a project's metrics up in their views. */
import type { Catalog } from "../catalog/catalog.ts";
import { QuickwaterError } from "../errors/quickwater-error.ts";
import { formatError } from "../errors/source-text.ts";
import { closestName } from "../errors/suggest.ts";
import type { MetricFile } from "../project/metrics-file.ts";
import type { YamlValue } from "../project/yaml-file.ts";
import type { MetricSpec } from "../serving/metrics/metric.ts";
import { isNested, isNumeric, isTimestamp, type SqlType } from "../values/sql-type.ts";

export interface CheckedMetrics {
  readonly metrics: readonly MetricSpec[];
  readonly mistakes: readonly string[];
}

export function checkMetrics(files: readonly MetricFile[], catalog: Catalog): CheckedMetrics {
  const metrics: MetricSpec[] = [];
  const mistakes: string[] = [];
  for (const { written, ...metric } of files) {
    try {
      const other = metrics.find(({ name }) => name === metric.name);
      if (other !== undefined) throw written.refuseName("a name that no other metric has");
      check(metric, written, catalog);
      metrics.push(metric);
    } catch (error) {
      if (!(error instanceof QuickwaterError)) throw error;
      mistakes.push(formatError(error, ""));
    }
  }
  return { metrics, mistakes };
}

function check(metric: MetricSpec, written: YamlValue, catalog: Catalog): void {
  const view = catalog.view(metric.view);
  if (view === undefined) {
    const names = catalog.views().map(({ name }) => name);
    throw written.member("view").refuse("a view", closestName(metric.view, names));
  }
  const { columns } = view.schema;
  const column = (at: YamlValue, expected: string, fits: (type: SqlType) => boolean) => {
    const found = columns.find(({ name }) => name === at.value);
    if (found !== undefined && fits(found.type)) return;
    const names = columns.filter(({ type }) => fits(type)).map(({ name }) => name);
    throw at.refuse(`a column of ${metric.view} that is ${expected}`, closestName(String(at.value), names));
  };
  column(written.member("value"), "a number", isNumeric);
  column(written.member("timestamp"), "a time", isTimestamp);
  const members = written.members();
  for (const name of ["dimensions", "metadata"])
    for (const each of members.get(name)?.list() ?? [])
      column(each, "a plain value", (type) => !isNested(type));
}

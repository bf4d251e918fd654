/**
 * Checks a table's options against its connector's list. The option that is wrong is in the error's
 * `params`.
 */
import type { TableDefinition } from "../catalog/catalog.ts";
import { quickwaterError } from "../errors/quickwater-error.ts";
import { closestName } from "../errors/suggest.ts";
import type { Connector, ConnectorOption } from "./connector.ts";

/**
 * @throws QuickwaterError `sql.unknown-option`, `sql.missing-option`, `sql.bad-option`, or the connector's
 * own.
 */
export function checkConnectorOptions(table: TableDefinition, connector: Connector): void {
  const format = table.options.format;
  const formats = connector.formats ?? {};
  checkValues(table, connector.options);
  const known = [...connector.options, ...(Object.hasOwn(formats, format ?? "") ? formats[format!]! : [])];
  const ofFormat = known.length > connector.options.length ? ` with the format ${format}` : "";
  const owner = `the connector '${connector.name}'${ofFormat}`;
  const names = known.map((option) => option.name);
  for (const option of Object.keys(table.options)) {
    if (option === "connector" || names.includes(option)) continue;
    const suggestion = closestName(option, names);
    throw quickwaterError(
      "sql.unknown-option",
      { option, owner, known: names.join(", ") || "none" },
      { suggestion },
    );
  }
  for (const { name, required, description } of known) {
    if (!required || Object.hasOwn(table.options, name)) continue;
    throw quickwaterError("sql.missing-option", { owner: table.name, option: name, description });
  }
  checkValues(table, known);
  connector.checkTable?.(table);
}

function checkValues(table: TableDefinition, options: readonly ConnectorOption[]): void {
  for (const { name, values } of options) {
    const found = table.options[name];
    if (found === undefined || values === undefined || values.includes(found)) continue;
    const expected = values.map((value) => `'${value}'`).join(" or ");
    const suggestion = closestName(found, values);
    throw quickwaterError("sql.bad-option", { option: name, expected, found }, { suggestion });
  }
}

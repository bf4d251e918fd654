/** `quickwater repair`: tells what is damaged in a journal, and goes on with what is whole. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { quickwaterError } from "../../errors/quickwater-error.ts";
import { openDataFolder } from "../../log/data-folder.ts";
import { nodeFileLayer } from "../../log/journal/file-layer.ts";
import { findDamage, type JournalDamage } from "../../log/journal/find-damage.ts";
import { repairJournal } from "../../log/journal/repair.ts";
import { readArguments } from "../arguments.ts";

export const help = `Usage: quickwater repair [options]

Looks through the whole journal of a data folder that no server uses, and tells what is damaged: in which
file, which steps are lost, and which rows of which streams were in them. Nothing is changed without --yes.

  --data FOLDER     where events are kept (.quickwater)
  --yes             go on with what is whole: damaged files are kept in FOLDER/quarantine
  --json            everything as JSON

What is lost stays lost: restore the folder from a copy where there is one. Views that a checkpoint holds
keep what they have counted; those that are made again lack the rows, and the log says so.
Exit code: 0 nothing is damaged, or it was repaired; 1 there is damage; 2 the folder cannot be used.`;

const options = {
  data: { type: "string", default: ".quickwater" },
  yes: { type: "boolean" },
  json: { type: "boolean" },
} as const;

export async function run(args: readonly string[]): Promise<number> {
  const { values } = readArguments("repair", args, options, 0);
  const path = resolve(values.data);
  const journal = join(path, "journal");
  if (!existsSync(journal)) throw quickwaterError("run.data-folder", { path, reason: "it has no journal" });
  const folder = openDataFolder(path);
  try {
    const quarantine = join(path, "quarantine");
    const repair = { files: nodeFileLayer, journal, quarantine, now: () => Date.now() };
    const isRepaired = values.yes === true;
    const damage = isRepaired ? repairJournal(repair) : findDamage(nodeFileLayer, journal);
    const { places, lost } = damage;
    if (values.json === true) process.stdout.write(`${JSON.stringify({ places, lost, isRepaired })}\n`);
    else process.stdout.write(textOf(damage, journal, isRepaired));
    return places.length === 0 || isRepaired ? 0 : 1;
  } finally {
    folder.release();
  }
}

function textOf({ places, lost }: JournalDamage, journal: string, isRepaired: boolean): string {
  if (places.length === 0) return `The journal in ${journal} is whole.\n`;
  const lines = places.map(({ file, offset, fromStep, toStep }) => {
    const where = offset === undefined ? `${file} is missing` : `${file} at byte ${offset}`;
    return `${where}: ${fromStep > toStep ? "no step is lost" : stepsText(fromStep, toStep)}`;
  });
  for (const { stream, from, to } of lost) {
    const count = to - from + 1;
    lines.push(
      `${stream}: ${count} ${count === 1 ? "row is" : "rows are"} lost, from number ${from} to ${to}`,
    );
  }
  if (isRepaired) lines.push("", "What is whole goes on. The files as they were are in quarantine.");
  else lines.push("", "Nothing was changed. With --yes what is whole goes on.");
  return `${lines.join("\n")}\n`;
}

function stepsText(from: number, to: number): string {
  return from === to ? `step ${from} is lost` : `steps ${from} to ${to} are lost`;
}

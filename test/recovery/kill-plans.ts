/** Which kills a run has: drawn by its seed, so that each named instant has its turn. */
import { expect } from "vitest";
import { Random } from "../../src/simulate/random.ts";
import { scratchFolder } from "../support/scratch-folder.ts";
import { instants, type World } from "./instants.ts";
import { type KillPlan, type KillReport, killHarness } from "./kill-harness.ts";
import { noteReliability } from "./reliability-report.ts";

type Plan = Omit<KillPlan, "folder">;

const powerLoss = 0.5;

/** Of each group of instants one, and kills anywhere, 15 in all. */
export function shortPlans(seed: number): readonly Plan[] {
  const random = new Random(seed);
  const groups = [...Map.groupBy(instants, ({ group }) => group)];
  const drawn = groups.map(([, each]) => each[random.between(0, each.length - 1)]!);
  const lettingGo = drawn.filter(({ world, group }) => world === "letting-go" || group === "segment roll");
  const writing = drawn.filter((each) => !lettingGo.includes(each));
  const names = (of: typeof drawn, more: number) => [
    ...Array.from({ length: more }, () => undefined),
    ...of.map(({ name }) => name),
  ];
  const ofWriting = names(writing, 2);
  return [
    { world: "writing", seed, kills: ofWriting, powerLoss },
    {
      world: "letting-go",
      seed,
      kills: names(lettingGo, 15 - ofWriting.length - lettingGo.length),
      powerLoss,
    },
  ];
}

/** Each instant of the world in an order of its own, and some kills anywhere, as many in all. */
export function longPlan(world: World, seed: number, count: number): Plan {
  const random = new Random(seed);
  const names = instants.filter((each) => (each.world ?? world) === world).map(({ name }) => name);
  const kills: (string | undefined)[] = Array.from({ length: count }, (_, place) => names[place]);
  for (let last = kills.length - 1; last > 0; last--) {
    const other = random.between(0, last);
    [kills[last], kills[other]] = [kills[other], kills[last]];
  }
  return { world, seed, kills, powerLoss };
}

/** Runs them one after the other and prints what came of it. */
export async function runPlans(plans: readonly Plan[]): Promise<readonly KillReport[]> {
  const reports: KillReport[] = [];
  for (const plan of plans) {
    const report = await killHarness({ ...plan, folder: scratchFolder() });
    process.stdout.write(textOf(plan, report));
    expect(report.acknowledged).toBeGreaterThan(20 * plan.kills.length);
    expect(report.restored).toBeGreaterThan(0);
    reports.push(report);
  }
  return reports;
}

/** For docs/reliability.md. */
export function noteKills(reports: readonly KillReport[]): void {
  const sum = (count: (report: KillReport) => number) =>
    reports.reduce((all, report) => all + count(report), 0);
  const met = metIn(reports);
  noteReliability("kills", met);
  const named = [...met.values()].reduce((all, count) => all + count, 0);
  const figures = {
    kills: named + sum(({ anywhere }) => anywhere),
    anywhere: sum(({ anywhere }) => anywhere),
    powerLosses: sum(({ powerLosses }) => powerLosses),
    filesDamaged: sum(({ filesDamaged }) => filesDamaged),
    namesLost: sum(({ namesLost }) => namesLost),
    restored: sum(({ restored }) => restored),
    acknowledged: sum(({ acknowledged }) => acknowledged),
  };
  noteReliability("figures", new Map(Object.entries(figures)));
}

export function metIn(reports: readonly KillReport[]): ReadonlyMap<string, number> {
  const met = new Map(instants.map(({ name }) => [name, 0]));
  for (const report of reports) for (const [name, count] of report.met) met.set(name, met.get(name)! + count);
  return met;
}

function textOf({ world, seed, kills }: Plan, report: KillReport): string {
  const { anywhere, powerLosses, filesDamaged, namesLost, restored, acknowledged } = report;
  return [
    `${kills.length} kills of ${world}, seed ${seed}: ${acknowledged} rows acknowledged, all there once;`,
    `${restored} servers went on from a checkpoint, ${powerLosses} kills lost the power,`,
    `with bytes of ${filesDamaged} files and ${namesLost} names.`,
    ...[...report.met].map(([name, count]) => `\n  ${count} × ${name}`),
    `\n  ${anywhere} × anywhere\n`,
  ].join(" ");
}

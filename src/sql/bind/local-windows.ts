/**
 * Windows of instants in the session's time zone. They are made on its wall clock: what is below tells the
 * wall clock beside the instant, their start and end stay on it, and window_time is an instant again.
 */
import type { SqlType } from "../../values/sql-type.ts";
import { assignTime, assignWindows, project } from "../plan/build.ts";
import type { AssignWindows, Join, LogicalPlan, Rank, WindowAggregate } from "../plan/logical-plan.ts";
import type { BoundExpression } from "./bound-expression.ts";
import { word } from "./coerce.ts";

/** Inputs of the node have been rewritten already. */
export function windowsInZone(node: LogicalPlan, zone: string): LogicalPlan {
  switch (node.kind) {
    case "AssignWindows":
      return isInstant(node.input, node.window.timeColumn) ? assigned(node, zone) : node;
    case "WindowAggregate":
      return aggregated(node, zone);
    case "Rank":
      return node.method === "window" && isOnWall(node.input) ? ranked(node, zone) : node;
    case "Join":
      return node.method.kind === "window" && isOnWall(node.left) ? joined(node, zone) : node;
    default:
      return node;
  }
}

function assigned(node: AssignWindows, zone: string): LogicalPlan {
  const width = node.input.schema.columns.length;
  const input = withWall(node.input, node.window.timeColumn, zone);
  const window = { ...node.window, timeColumn: width };
  const made =
    window.kind === "SESSION"
      ? assignTime(assignWindows(assignTime(input, { kind: "wall", zone }), window), {
          kind: "instant",
          zone,
        })
      : assignWindows(input, window);
  const places = [...node.schema.columns.keys()].map((place) => (place < width ? place : place + 1));
  return withInstants(made, node, places, zone);
}

function aggregated(node: WindowAggregate, zone: string): LogicalPlan {
  const { window } = node;
  if (window.kind === "ATTACHED") {
    if (!isOnWall(node.input)) return node;
    return withInstants(onWall({ ...node, input: wall(node.input, zone) }, zone), node, undefined, zone);
  }
  if (!isInstant(node.input, window.timeColumn)) return node;
  const input = withWall(node.input, window.timeColumn, zone);
  const timeColumn = node.input.schema.columns.length;
  const made = { ...node, input: wall(input, zone), window: { ...window, timeColumn } };
  return withInstants(onWall(made, zone), node, undefined, zone);
}

function ranked(node: Rank, zone: string): LogicalPlan {
  return onWall({ ...node, input: wall(node.input, zone) }, zone);
}

function joined(node: Join, zone: string): LogicalPlan {
  return onWall({ ...node, left: wall(node.left, zone), right: wall(node.right, zone) }, zone);
}

function wall(plan: LogicalPlan, zone: string): LogicalPlan {
  return assignTime(plan, { kind: "wall", zone });
}

/** What comes of it is in the order of instants again. */
function onWall(plan: LogicalPlan, zone: string): LogicalPlan {
  return assignTime(plan, { kind: "instant", zone });
}

/** The wall clock of a time as one column more. */
function withWall(input: LogicalPlan, column: number, zone: string): LogicalPlan {
  const { columns } = input.schema;
  const { name, type } = columns[column]!;
  const kept = columns.map((each, index): BoundExpression => {
    return { kind: "InputColumn", index, type: each.type };
  });
  const wallType: SqlType = {
    kind: "TIMESTAMP",
    precision: 3,
    nullable: type.nullable,
    attribute: "rowtime",
  };
  const shown: BoundExpression = {
    kind: "Call",
    function: "IN_ZONE",
    arguments: [kept[column]!, word(zone)],
    type: wallType,
  };
  return project(input, [...kept, shown], [...columns.map((each) => each.name), `${name} in ${zone}`]);
}

/** The columns that the node had, its window_time as an instant. */
function withInstants(
  made: LogicalPlan,
  node: AssignWindows | WindowAggregate,
  places: readonly number[] | undefined,
  zone: string,
): LogicalPlan {
  const timeAt =
    node.kind === "AssignWindows"
      ? node.schema.columns.length - 1
      : node.keys.length + node.properties.indexOf("window_time");
  const hasTime = node.kind === "AssignWindows" || node.properties.includes("window_time");
  const expressions = node.schema.columns.map(({ type }, place): BoundExpression => {
    const index = places?.[place] ?? place;
    if (!hasTime || place !== timeAt) return { kind: "InputColumn", index, type };
    const shown: SqlType = { kind: "TIMESTAMP", precision: 3, nullable: type.nullable };
    const read: BoundExpression = { kind: "InputColumn", index, type: shown };
    return { kind: "Call", function: "FROM_ZONE", arguments: [read, word(zone)], type };
  });
  return project(
    made,
    expressions,
    node.schema.columns.map(({ name }) => name),
  );
}

function isInstant({ schema }: LogicalPlan, column: number): boolean {
  return schema.columns[column]!.type.kind === "TIMESTAMP_LTZ";
}

/** Whether the window that rows come with is one of the wall clock. */
function isOnWall(plan: LogicalPlan): boolean {
  switch (plan.kind) {
    case "AssignTime":
      return plan.time.kind === "instant" || isOnWall(plan.input);
    case "AssignWindows":
      return isWallColumn(plan.input, plan.window.timeColumn);
    case "WindowAggregate":
      return plan.window.kind === "ATTACHED" && isOnWall(plan.input);
    case "Scan":
    case "Values":
      return false;
    case "Union":
      return plan.inputs.every(isOnWall);
    case "Join":
      return isOnWall(plan.left);
    default:
      return isOnWall(plan.input);
  }
}

function isWallColumn(plan: LogicalPlan, column: number): boolean {
  if (plan.kind === "AssignTime") return isWallColumn(plan.input, column);
  if (plan.kind !== "Project") return false;
  const expression = plan.expressions[column]!;
  return expression.kind === "Call" && expression.function === "IN_ZONE";
}

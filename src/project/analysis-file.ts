/** `analyses/*.yaml`: events as a project defines them, and analyses of them, their settings as written. */
import type { SegmentCondition, SegmentRules } from "../history/analyses/segments.ts";
import { readYaml, type YamlValue } from "./yaml-file.ts";

export interface EventFile {
  readonly name: string;
  readonly streams: readonly string[];
  readonly actor: string;
  /** Undefined: the stream's event time. */
  readonly at: string | undefined;
  readonly value: string | undefined;
  readonly where: string | undefined;
  readonly properties: ReadonlyMap<string, string>;
  /** For mistakes that show beside its stream. */
  readonly written: YamlValue;
}

export interface AnalysisFile {
  readonly name: string;
  readonly kind: string;
  readonly summary: string;
  /** Each as it is written; what they may be is known by kind. */
  readonly settings: ReadonlyMap<string, YamlValue>;
  /** Of segments. */
  readonly rules: SegmentRules | undefined;
  readonly written: YamlValue;
}

const ofEvent = ["stream", "actor", "at", "value", "where", "properties"];
const ofAll = ["kind", "summary"];
const ofRules = ["segments", "else"];
const conditionsMax = 20;

/** Those of all files together: an analysis may be of events of another file. */
export function readAnalyses(files: readonly string[]) {
  const roots = files.map((file) => readYaml(file).members(["events", "analyses"]));
  const all = (member: string) => roots.flatMap((root) => [...(root.get(member)?.members() ?? [])]);
  return {
    events: all("events").map(([name, written]) => readEvent(name, written)),
    analyses: all("analyses").map(([name, written]) => readAnalysis(name, written)),
  };
}

function readEvent(name: string, written: YamlValue): EventFile {
  refuseBadName(name, written);
  const members = written.members(ofEvent);
  const properties = [...(members.get("properties")?.members() ?? [])];
  for (const [property, value] of properties) refuseBadName(property, value);
  return {
    name,
    streams: textsOf(written.member("stream")),
    actor: written.member("actor").text(),
    at: members.get("at")?.text(),
    value: members.get("value")?.text(),
    where: members.get("where")?.text(),
    properties: new Map(properties.map(([property, value]) => [property, value.text()])),
    written,
  };
}

function readAnalysis(name: string, written: YamlValue): AnalysisFile {
  refuseBadName(name, written);
  const members = written.members();
  const settings = [...members].filter(([each]) => !ofAll.includes(each) && !ofRules.includes(each));
  return {
    name,
    kind: written.member("kind").text(),
    summary: written.member("summary").text(),
    settings: new Map(settings),
    rules: members.has("segments") ? readRules(written) : undefined,
    written,
  };
}

/** One, or a list of them. */
function textsOf(written: YamlValue): readonly string[] {
  if (!Array.isArray(written.value)) return [written.text()];
  const texts = written.list().map((each) => each.text());
  if (texts.length === 0) throw written.refuse("at least one");
  return texts;
}

/** A list of events is parted by commas in a request, and a property is told by a point. */
function refuseBadName(name: string, written: YamlValue): void {
  if (!/^[A-Za-z_][\w-]{0,63}$/.test(name)) throw written.refuseName("a name of letters, digits, - and _");
}

function readRules(written: YamlValue): SegmentRules {
  const segments = written.member("segments").list();
  if (segments.length === 0) throw written.member("segments").refuse("a list of at least one segment");
  return {
    segments: segments.map((segment) => {
      segment.members(["name", "when"]);
      const when = segment.member("when");
      const conditions = [...when.members()].map(([fact, value]) => readCondition(fact, value));
      if (conditions.length === 0 || conditions.length > conditionsMax)
        throw when.refuse(`1 to ${conditionsMax} conditions`);
      return { name: segment.member("name").text(), conditions };
    }),
    otherwise: written.member("else").text(),
  };
}

/** `event: { min: 3 }`, or `event.property: { is: [a, b] }`. */
function readCondition(fact: string, written: YamlValue): SegmentCondition {
  const [event = "", property] = fact.split(".", 2);
  const members = written.members(property === undefined ? ["min", "max"] : ["min", "max", "is"]);
  if (members.size === 0) throw written.refuse(`min${property === undefined ? " or max" : ", max or is"}`);
  const number = (name: string) => members.get(name)?.number(-1e15, 1e15);
  const is = (members.get("is")?.list() ?? []).map((value) => value.text());
  return { event, property, min: number("min"), max: number("max"), is };
}

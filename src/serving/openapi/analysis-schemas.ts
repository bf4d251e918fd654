/** What analyses take and answer, kind by kind. */
import { type TProperties, type TSchema, Type } from "typebox";
import type { AnalysisKind, AnalysisKindName } from "../../history/analyses/analysis.ts";
import { kinds } from "../../history/analyses/kinds.ts";
import { expectationOf, propertyLengthMax, type Setting } from "../../history/analyses/setting.ts";
import { count, exactly, instant, list, orNull, text, yes } from "./schema-words.ts";

const savedName = Type.String({
  maxLength: 64,
  description: "A saved analysis of this kind: what is not given is as it has it.",
});

const moment = Type.String({
  format: "date-time",
  description: "A moment that has passed: as it was answered then. What was taken later does not count.",
});

/** What stands behind `?`. What a saved analysis has need not be given. */
export function settingParameters({ settings }: AnalysisKind): TSchema {
  const own = settings.map((setting) => [setting.name, Type.Optional(parameterOf(setting))]);
  const common = { name: Type.Optional(savedName), at: Type.Optional(moment) };
  return Type.Object({ ...common, ...Object.fromEntries(own) } as TProperties, {
    additionalProperties: false,
  });
}

function parameterOf(setting: Setting): TSchema {
  const { fallback } = setting;
  const more = {
    description: `${setting.description} It is ${expectationOf(setting)}.`,
    ...(fallback == null ? {} : { default: setting.type === "whole" ? Number(fallback) : fallback }),
  };
  switch (setting.type) {
    case "whole":
      return Type.Integer({ minimum: setting.min, maximum: setting.max, ...more });
    case "word":
      return Type.Enum([...setting.oneOf], more);
    case "instant":
      return Type.String({ format: "date-time", ...more });
    case "property":
      return Type.String({ minLength: 1, maxLength: propertyLengthMax, ...more });
    default:
      return Type.String(more);
  }
}

/** As an answer tells them: they may be given again. */
function toldSettings({ settings }: AnalysisKind): TSchema {
  const told = settings.map((setting) => {
    const { description } = setting;
    const plain =
      setting.type === "events"
        ? list(Type.String(), description)
        : parameterOf({ ...setting, fallback: null });
    return [setting.name, Type.Optional(plain)];
  });
  return exactly(Object.fromEntries(told) as TProperties, "What it was computed with.");
}

const percent = orNull(Type.Number({ description: "Two places; null where there is nothing to divide by." }));
const measured = Type.Union([Type.Number(), Type.String({ description: "Exact digits, of a sum." })], {
  description: "Events, distinct actors, or a sum.",
});
const someMs = (description: string) => orNull(Type.Number({ description }));

const steps = list(
  exactly(
    {
      event: text("The step."),
      actors: count("Who reached it."),
      percentOfFirst: percent,
      percentOfPrevious: percent,
      dropOff: orNull(count("Who reached the step before and not this one; null for the first.")),
      medianMs: someMs("From the step before to this one; null of the first, and of any order."),
      p90Ms: someMs("In as long as this nine of ten came."),
    },
    "A step.",
  ),
  "In their order.",
);

const period = exactly(
  {
    period: count("Behind that of the first event, which is 0."),
    from: instant("When it begins."),
    to: instant("When it ends."),
    isFinal: yes("Whether it is over."),
    active: count("Who came back in it."),
    percent,
    averageEvents: orNull(Type.Number({ description: "Of those who came back." })),
  },
  "A period of a cohort.",
);

const bounded = { from: instant("When it begins."), to: instant("Until when it is counted.") };

const range = { from: instant("Since when."), to: instant("Until when, that instant not included.") };

const bodies: Readonly<Record<AnalysisKindName, TProperties>> = {
  funnel: {
    ...range,
    steps,
    breakdown: orNull(
      list(
        exactly(
          {
            value: orNull(text("Of the property.")),
            isOther: yes("All values that are not shown."),
            steps,
          },
          "A value.",
        ),
        "By how many took the first step; all others last.",
      ),
    ),
  },
  cohort: {
    ...range,
    cohorts: list(
      exactly(
        {
          begin: instant("Of the period of the first events."),
          size: count("Who had the first event in it."),
          periods: list(period, "As far as they have begun."),
        },
        "A cohort.",
      ),
      "Those with anybody in them, the oldest first.",
    ),
  },
  segments: {
    ...range,
    actors: count("Everybody."),
    segments: list(
      exactly(
        {
          segment: text("Its name."),
          actors: count("Who is in it."),
          percent,
          averages: list(
            exactly(
              { event: text("The event."), average: orNull(Type.Number({ description: "Of each actor." })) },
              "How often it happened.",
            ),
            "Of the events that were asked for.",
          ),
        },
        "A segment.",
      ),
      "The largest first.",
    ),
  },
  "heat-map": {
    ...range,
    cells: list(
      exactly(
        {
          weekday: Type.Integer({ minimum: 1, maximum: 7, description: "1 is Sunday." }),
          hour: Type.Integer({ minimum: 0, maximum: 23, description: "Of the time zone." }),
          measured,
        },
        "An hour of the week.",
      ),
      "All of the week.",
    ),
  },
  paths: {
    ...range,
    starts: count("How often the start happened."),
    paths: list(
      exactly(
        {
          events: list(Type.String(), "What came next, in its order."),
          ends: yes("Whether nothing more came."),
          count: count("How often."),
          percent,
        },
        "A path.",
      ),
      "The most frequent first.",
    ),
    other: exactly({ paths: count("Paths that are not shown."), count: count("How often.") }, "The rest."),
  },
  growth: {
    periods: list(
      exactly(
        {
          ...bounded,
          isWhole: yes("Whether it is counted to its end."),
          measured,
          previous: exactly({ ...bounded, measured }, "The period before, as far as this one is counted."),
          growthPercent: percent,
        },
        "A period.",
      ),
      "The newest first.",
    ),
  },
  top: {
    ...range,
    total: measured,
    rows: list(
      exactly(
        {
          rank: Type.Integer({ minimum: 1, description: "From 1." }),
          value: orNull(text("Of the property.")),
          measured,
        },
        "A value.",
      ),
      "The largest first.",
    ),
    other: orNull(exactly({ values: count("That are not shown."), measured }, "All other values together.")),
  },
};

export function analysisAnswer(name: AnalysisKindName): TSchema {
  const kind = kinds[name];
  return exactly(
    {
      kind: Type.Literal(name),
      name: orNull(text("Of the saved analysis.")),
      timeZone: text("In which days begin."),
      step: count("The last step of history that is in it."),
      settings: toldSettings(kind),
      ...bodies[name],
    },
    kind.summary,
  );
}

export const analysisList = exactly(
  {
    events: list(
      exactly(
        {
          name: text("Its name."),
          streams: list(Type.String(), "Of which streams its rows are."),
          actor: text("The column of who did it."),
          at: text("The column of when."),
          value: orNull(text("What a sum adds up.")),
          where: orNull(text("Which rows it is, in the SQL of history.")),
          properties: list(Type.String(), "Names of what is computed of its columns."),
        },
        "An event.",
      ),
      "The events of the project.",
    ),
    analyses: list(
      exactly(
        {
          name: text("Its name."),
          kind: Type.Enum(Object.keys(kinds)),
          summary: text("What it tells."),
          settings: Type.Union(Object.values(kinds).map(toldSettings)),
          segments: orNull(list(Type.String(), "Of segments: their names.")),
        },
        "An analysis.",
      ),
      "The analyses that the project keeps.",
    ),
  },
  "What can be analysed.",
);

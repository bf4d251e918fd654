/** What the server says of itself: by which route, since when, and its answer as it came. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ServerHealth, ViewList } from "../../../src/serving/answers.ts";
import { useConnection, useNow } from "../live/live-context.ts";
import { formatAge } from "../numbers/format.ts";
import type { Around } from "../panels/panel-kind.ts";
import { connectionLook } from "../panels/status/shape.ts";
import { uptimeAt, uptimeWords } from "../panels/status/uptime.ts";
import { healthQuery, refetchInterval, viewsQuery } from "../server/queries.ts";
import type { ServerFact } from "./about.ts";
import { ItsAnswer } from "./answered.tsx";
import { Facts, Numbers, Section } from "./parts.tsx";

interface OfServerProps {
  readonly around: Pick<Around, "times" | "at">;
}

const explanations: Readonly<Record<ServerFact, (props: OfServerProps) => ReactNode>> = {
  uptime: Uptime,
  views: Views,
  clock: Clock,
  connection: Connection,
};

export function ServerExplained({ fact, around }: OfServerProps & { readonly fact: ServerFact }): ReactNode {
  const Explanation = explanations[fact];
  return <Explanation around={around} />;
}

function Uptime({ around }: OfServerProps): ReactNode {
  const { times, at } = around;
  const answer = useQuery(healthQuery);
  const { data } = answer;
  const seconds = data && uptimeAt(data, at);
  return (
    <Answered
      {...{ answer, around }}
      title="How long the server runs"
      route="GET /health"
      facts={({ startedAt, version }: ServerHealth) => [
        [
          "Computed of",
          `startedAt: how long before ${at === undefined ? "its answer" : "this page's moment"}`,
        ],
        ["Runs since", times.exact(Date.parse(startedAt))],
        ["Version", version],
      ]}
    >
      {seconds === undefined ? (
        <p>Not known of then: this process began later, and of the one before it the server keeps no note.</p>
      ) : (
        <Numbers numbers={[{ title: "Runs for", value: `${seconds} s`, formula: uptimeWords(seconds) }]} />
      )}
    </Answered>
  );
}

function Views({ around }: OfServerProps): ReactNode {
  const answer = useQuery(viewsQuery);
  const { data } = answer;
  return (
    <Answered
      {...{ answer, around }}
      title="How many views the server has"
      route="GET /v1/views"
      facts={({ views }: ViewList) =>
        views.flatMap(({ name, failure }) =>
          failure === null ? [] : [[`${name} was stopped`, failure] as const],
        )
      }
    >
      <Numbers numbers={[{ title: "Views", value: String(data?.views.length), formula: "count of views" }]} />
      {around.at !== undefined && <p className="text-muted">Of now: how many there were then is not kept.</p>}
    </Answered>
  );
}

interface AnsweredProps<Answer extends object> extends OfServerProps {
  readonly answer: UseQueryResult<Answer>;
  readonly title: string;
  readonly route: string;
  readonly facts: (answer: Answer) => readonly (readonly [string, string])[];
  /** The number, once there is an answer. */
  readonly children: ReactNode;
}

function Answered<Answer extends object>(props: AnsweredProps<Answer>): ReactNode {
  const { answer, title, route, facts, around, children } = props;
  const { data, dataUpdatedAt } = answer;
  return (
    <>
      {data !== undefined && (
        <Section title={title}>
          {children}
          <div className="mt-2">
            <Facts
              facts={[
                ["Route", route],
                ...facts(data),
                ["Asked", around.times.moment(dataUpdatedAt)],
                ["Asked again", `every ${refetchInterval / 1_000} s`],
              ]}
            />
          </div>
        </Section>
      )}
      <ItsAnswer answer={answer} />
    </>
  );
}

function Clock({ around: { times, at } }: OfServerProps): ReactNode {
  const { serverMs, clientMs } = useNow();
  const apartMs = serverMs - clientMs;
  const apart = `${formatAge(Math.abs(apartMs))} ${apartMs < 0 ? "behind" : "ahead of"} this machine's clock`;
  const shown = new Date(at === undefined ? serverMs : Date.parse(at)).toISOString();
  return (
    <Section title={at === undefined ? "The server's clock" : "The moment of this page"}>
      <Numbers numbers={[{ title: "Time", value: shown, formula: undefined }]} />
      <div className="mt-2">
        <Facts
          facts={[
            [
              "From",
              at === undefined ? "the times in messages of WS /v1/live" : "at= of this page's address",
            ],
            ...(at === undefined ? [] : [["Server's clock now", times.exact(serverMs)] as const]),
            ["Server's clock", Math.abs(apartMs) < 1_000 ? "as this machine's" : apart],
          ]}
        />
      </div>
    </Section>
  );
}

function Connection({ around: { times, at } }: OfServerProps): ReactNode {
  const connection = useConnection();
  const { words } = connectionLook(connection, useNow().clientMs);
  const since =
    connection.status === "reconnecting" ? [["Since", times.exact(connection.since)] as const] : [];
  return (
    <Section title="The live connection">
      <Facts facts={[["Route", "WS /v1/live"], [at === undefined ? "Is" : "Is now", words], ...since]} />
    </Section>
  );
}

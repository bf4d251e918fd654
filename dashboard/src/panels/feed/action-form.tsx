/** Asks what an action needs to know, then writes its event: once, however often it is tried. */
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import type { FeedAction } from "../../../../src/serving/pages.ts";
import type { WireColumn, WireRow } from "../../../../src/serving/protocol.ts";
import { serverHttpOnce } from "../../server/http.ts";
import { type Answers, eventOf, missingAnswers, newId } from "./event.ts";
import { type Outcome, outcomeOfAnswer, outcomeOfError } from "./outcome.ts";

interface ActionFormProps {
  readonly action: FeedAction;
  readonly columns: readonly WireColumn[];
  readonly row: WireRow;
  readonly cancel: () => void;
  readonly accepted: () => void;
}

interface Sending {
  readonly id: string;
  readonly event: ReturnType<typeof eventOf>;
}

export function ActionForm({ action, columns, row, cancel, accepted }: ActionFormProps): ReactNode {
  const [answers, setAnswers] = useState<Answers>({});
  const [missing, setMissing] = useState<ReadonlySet<string>>(new Set());
  const sending = useMutation({
    networkMode: "always",
    mutationFn: ({ id, event }: Sending): Promise<Outcome> =>
      serverHttpOnce(id).sendEvents(action.stream, [event]).then(outcomeOfAnswer, outcomeOfError),
    onSuccess: (outcome) => {
      if (outcome.is === "accepted") accepted();
    },
  });
  const hasFailed = sending.data?.is === "failed";
  const send = (): void => {
    if (sending.isPending) return;
    // Nobody knows whether what failed was written: the same is sent again, with the same id.
    const again = hasFailed ? sending.variables : undefined;
    const lacking = missingAnswers(action.ask, answers);
    setMissing(lacking);
    if (lacking.size > 0) return;
    const id = newId();
    sending.mutate(again ?? { id, event: eventOf(action, { columns, row, answers, nowMs: Date.now(), id }) });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send();
  };
  return (
    <form
      aria-label={action.title}
      noValidate
      onSubmit={submit}
      className="mt-2 grid gap-2 rounded-md border border-line bg-raised p-3"
    >
      {action.ask.map((question, position) => (
        <Question
          key={question.name}
          {...{ question }}
          value={answers[question.name] ?? ""}
          change={(value) => setAnswers({ ...answers, [question.name]: value })}
          isMissing={missing.has(question.name)}
          isFirst={position === 0}
          isFixed={sending.isPending || hasFailed}
        />
      ))}
      <OutcomeWords outcome={sending.data} />
      <div className="flex gap-2">
        <button
          type="submit"
          aria-disabled={sending.isPending}
          className="quiet-button bg-surface px-2.5 py-1 aria-disabled:opacity-60"
        >
          {sending.isPending ? "Sending…" : hasFailed ? "Try again" : `Send: ${action.title}`}
        </button>
        <button
          type="button"
          aria-disabled={sending.isPending}
          onClick={() => !sending.isPending && cancel()}
          className="quiet-button px-2.5 py-1 aria-disabled:opacity-60"
        >
          Cancel
        </button>
      </div>
    </form>
  );
}

interface QuestionProps {
  readonly question: FeedAction["ask"][number];
  readonly value: string;
  readonly change: (value: string) => void;
  readonly isMissing: boolean;
  readonly isFirst: boolean;
  /** While it is under way, or nobody knows whether it arrived. */
  readonly isFixed: boolean;
}

function Question({ question, value, change, isMissing, isFirst, isFixed }: QuestionProps): ReactNode {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="text-xs font-medium">
        {question.title}
        {!question.required && <span className="font-normal text-muted"> (optional)</span>}
      </label>
      <input
        id={id}
        value={value}
        onChange={(event) => change(event.target.value)}
        readOnly={isFixed}
        required={question.required}
        aria-invalid={isMissing}
        aria-describedby={isMissing ? `${id}-missing` : undefined}
        // biome-ignore lint/a11y/noAutofocus: it is what the person has just asked for.
        autoFocus={isFirst}
        className="mt-0.5 block w-full max-w-96 rounded-md border border-line bg-surface px-2.5 py-1 text-sm
          aria-invalid:border-bad"
      />
      {isMissing && (
        <p id={`${id}-missing`} className="mt-0.5 text-xs text-bad">
          Say something here.
        </p>
      )}
    </div>
  );
}

function OutcomeWords({ outcome }: { readonly outcome: Outcome | undefined }): ReactNode {
  return (
    <div role="alert" className="text-sm break-words text-bad empty:hidden">
      {outcome?.is === "refused" && outcome.words.map((words) => <p key={words}>{words}</p>)}
      {outcome?.is === "failed" && (
        <>
          <p>{outcome.message}</p>
          <p className="text-muted">{outcome.hint} Nothing is written twice when you try again.</p>
        </>
      )}
    </div>
  );
}

/** What the parts of an explanation have in common. */
import type { ReactNode } from "react";
import { failureWords } from "../data/failure.ts";
import type { AboutNumber } from "./about.ts";

interface SectionProps {
  readonly title: string;
  readonly children: ReactNode;
}

export function Section({ title, children }: SectionProps): ReactNode {
  return (
    <section aria-label={title} className="mt-5">
      <h3 className="mb-1.5 text-xs font-medium text-muted">{title}</h3>
      {children}
    </section>
  );
}

interface TextBlockProps {
  readonly label: string;
  readonly children: string;
}

/** As it is written; what is long scrolls, by keys too. */
export function TextBlock({ label, children }: TextBlockProps): ReactNode {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group of what can be changed is meant by fieldset.
    <div
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
      tabIndex={0}
      aria-label={label}
      className="max-h-72 overflow-auto rounded-md bg-raised p-3"
    >
      <pre className="font-mono text-xs">{children}</pre>
    </div>
  );
}

/** Numbers with every digit, and how each is computed: the first is what was pressed. */
export function Numbers({ numbers }: { readonly numbers: readonly AboutNumber[] }): ReactNode {
  return numbers.map(({ title, formula, value }, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: numbers have their places; titles may repeat.
    <p key={place} className="flex flex-wrap items-baseline gap-x-2 tabular-nums">
      {numbers.length > 1 && <span className="text-muted">{title}</span>}
      <bdi
        data-exact={title}
        className={`break-all font-semibold ${place === 0 ? "text-xl tracking-tight" : ""}`}
      >
        {value}
      </bdi>
      {formula !== undefined && <code className="font-mono text-muted">= {formula}</code>}
    </p>
  ));
}

/** Names and what they are. */
export function Facts({ facts }: { readonly facts: readonly (readonly [string, string])[] }): ReactNode {
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 tabular-nums">
      {facts.map(([name, text]) => (
        <div key={`${name} ${text}`} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="min-w-0 break-words">
            <bdi>{text}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

export function Asking({ words }: { readonly words: string }): ReactNode {
  return (
    <p role="status" className="py-1 text-muted">
      {words}
    </p>
  );
}

export function NotAnswered({ error, retry }: { readonly error: Error; readonly retry: () => void }) {
  const { message, hint } = failureWords(error);
  return (
    <div className="py-1">
      <p role="alert" className="break-words text-bad">
        {message}
      </p>
      {hint !== "" && <p className="mt-1 break-words text-muted">{hint}</p>}
      <button type="button" onClick={retry} className="quiet-button mt-2 px-3 py-1">
        Try again
      </button>
    </div>
  );
}

/** What stands where the charts would be when there is nothing to draw: why, and what to do next. */
import { type ReactNode, useState } from "react";

interface NoticeProps {
  readonly title: string;
  readonly children: ReactNode;
}

/** As high as the two charts that it stands for, also where those stand below each other. */
function Notice({ title, children }: NoticeProps): ReactNode {
  return (
    <section
      aria-label={title}
      className="panel grid min-h-154 grid-cols-1 place-items-center px-6 py-4 lg:col-span-2 lg:min-h-74.5"
    >
      <div className="w-full max-w-3xl min-w-0">
        <h2 className="text-base font-semibold">{title}</h2>
        {children}
      </div>
    </section>
  );
}

interface EmptyNoticeProps {
  readonly view: string;
  readonly stream: string;
}

export function EmptyNotice({ view, stream }: EmptyNoticeProps): ReactNode {
  const command = sendCommand(window.location.origin, stream);
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(command);
    setCopied(true);
    setTimeout(() => setCopied(false), 2_000);
  };
  return (
    <Notice title="No orders yet">
      <p className="mt-1 text-sm text-muted">
        The view <code className="font-mono">{view}</code> has no rows because no completed order has reached
        the stream <code className="font-mono">{stream}</code>. Send one, and it is here at once:
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre tabIndex={0} className="mt-3 overflow-x-auto rounded-lg bg-raised p-4 font-mono text-xs leading-5">
        {command}
      </pre>
      {window.isSecureContext && (
        <button type="button" onClick={copy} className="quiet-button mt-3 px-3 py-1.5">
          <span aria-live="polite">{copied ? "Copied" : "Copy the command"}</span>
        </button>
      )}
    </Notice>
  );
}

function sendCommand(origin: string, stream: string): string {
  return [
    `curl ${origin}/v1/streams/${stream}/events \\`,
    `  -H 'content-type: application/json' -d '{"transaction_id":"t-'$(date +%s)'",`,
    `  "customer_id":"c-1","amount":12.50,"currency":"USD","payment_method":"card",`,
    `  "timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","merchant_category":"books",`,
    `  "location":{"lat":52.5,"lon":13.4,"country":"DE"},"risk_score":0.1,"status":"completed"}'`,
  ].join("\n");
}

interface StoppedNoticeProps {
  readonly view: string;
  readonly reason: string;
}

/** Above all else: what follows looks alive and is not. */
export function StoppedNotice({ view, reason }: StoppedNoticeProps): ReactNode {
  return (
    <section aria-label="Stopped view" className="panel mb-5 border-l-4 border-l-bad px-5 py-4">
      <p role="alert" className="text-sm font-semibold break-words text-bad">
        This view was stopped: {reason}
      </p>
      <p className="mt-1 text-sm break-words text-muted">
        What is shown is the last of <code className="font-mono">{view}</code>; no order changes it any more.
        Correct its query, then start Quickwater again. Events are still taken and kept.
      </p>
    </section>
  );
}

interface FailedNoticeProps {
  readonly message: string;
  readonly hint: string;
  readonly retry: () => void;
}

export function FailedNotice({ message, hint, retry }: FailedNoticeProps): ReactNode {
  return (
    <Notice title="These numbers cannot be shown">
      <p role="alert" className="mt-2 text-sm break-words text-bad">
        {message}
      </p>
      <p className="mt-1 text-sm break-words text-muted">{hint}</p>
      <button type="button" onClick={retry} className="quiet-button mt-4 px-3 py-1.5">
        Try again
      </button>
    </Notice>
  );
}

/** A dead letter as a row of `<table>$dead` (see `catalog/dead-letters.ts`): JSON like every other row. */
export interface DeadLetter {
  readonly code: string;
  readonly field: string | undefined;
  readonly reason: string;
  readonly origin: string;
  /** Position of the row in its request. */
  readonly position: number;
  readonly bytes: Uint8Array;
}

export function encodeDeadLetter(letter: DeadLetter, receivedAtMs: number): Uint8Array {
  const row = {
    received_at: new Date(receivedAtMs).toISOString(),
    code: letter.code,
    field: letter.field ?? null,
    reason: letter.reason,
    origin: letter.origin,
    position: letter.position,
    bytes: Buffer.from(letter.bytes.buffer, letter.bytes.byteOffset, letter.bytes.length).toString("base64"),
  };
  return new TextEncoder().encode(JSON.stringify(row));
}

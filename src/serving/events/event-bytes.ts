/**
 * Server-sent events as bytes, plain or in gzip.
 *
 * What is the same for all subscribers of a shape is made into bytes, and packed, once. That works in gzip
 * too: what is packed never refers to anything before it, so the packed bytes fit behind each other in any
 * stream, and no stream keeps a window of its own. It packs a little worse than one window would, and costs
 * one packing a message instead of one a message and client. Small texts are stored as they are.
 */
import { constants, crc32, deflateRawSync } from "node:zlib";
import type { Piece } from "../feed/whole.ts";

/** Bytes that are the same for many. */
export interface SharedBytes {
  readonly plain: Buffer;
  /** As blocks of a deflate stream; made when somebody first needs them. */
  packed: Buffer | undefined;
}

const ofPieces = new WeakMap<Piece, SharedBytes>();

/** The rest of an event behind the members that are each subscriber's own. */
export function pieceBytes(piece: Piece): SharedBytes {
  let bytes = ofPieces.get(piece);
  if (bytes === undefined) {
    bytes = { plain: Buffer.from(`${piece.text}\n\n`), packed: undefined };
    ofPieces.set(piece, bytes);
  }
  return bytes;
}

export interface EventEncoder {
  /** Undefined where it is none. */
  readonly name: "gzip" | undefined;
  head(): Buffer;
  encode(own: string, shared?: SharedBytes): Buffer;
  tail(): Buffer;
}

export const plainEvents: EventEncoder = {
  name: undefined,
  head: () => Buffer.alloc(0),
  encode: (own, shared) => Buffer.concat([Buffer.from(own), ...(shared ? [shared.plain] : [])]),
  tail: () => Buffer.alloc(0),
};

/** Of a gzip member: deflate, no name and no time, of any system. */
const gzipHead = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
/** The longest that a stored block can be. */
const storedBytesMax = 65_535;
/** Fast, and nearly as small for rows of JSON. */
const packing = { level: 3, finishFlush: constants.Z_SYNC_FLUSH };

export class GzipEvents implements EventEncoder {
  readonly name = "gzip";
  readonly #packedBytesMin: number;
  /** Of all plain bytes so far. */
  #crc = 0;
  #length = 0;

  constructor(packedBytesMin: number) {
    this.#packedBytesMin = packedBytesMin;
  }

  head(): Buffer {
    return gzipHead;
  }

  encode(own: string, shared?: SharedBytes): Buffer {
    const plain = Buffer.from(own);
    this.#count(plain);
    if (shared === undefined) return stored(plain);
    this.#count(shared.plain);
    shared.packed ??= this.#packed(shared.plain);
    return Buffer.concat([stored(plain), shared.packed]);
  }

  tail(): Buffer {
    // An empty block that says it is the last one, then what the member's end tells.
    const tail = Buffer.alloc(10);
    tail.writeUInt16LE(0x0003, 0);
    tail.writeUInt32LE(this.#crc, 2);
    tail.writeUInt32LE(this.#length % 2 ** 32, 6);
    return tail;
  }

  #packed(plain: Buffer): Buffer {
    return plain.length < this.#packedBytesMin ? stored(plain) : deflateRawSync(plain, packing);
  }

  #count(plain: Buffer): void {
    this.#crc = crc32(plain, this.#crc);
    this.#length += plain.length;
  }
}

/** As blocks that are not packed. */
function stored(plain: Buffer): Buffer {
  const blocks: Buffer[] = [];
  for (let start = 0; start < plain.length; start += storedBytesMax) {
    const part = plain.subarray(start, start + storedBytesMax);
    const head = Buffer.alloc(5);
    head.writeUInt16LE(part.length, 1);
    head.writeUInt16LE(0xffff - part.length, 3);
    blocks.push(head, part);
  }
  return Buffer.concat(blocks);
}

/** Whether the client takes gzip, as `Accept-Encoding` says it. */
export function takesGzip(accepted: string | undefined): boolean {
  for (const each of (accepted ?? "").split(",")) {
    const [name = "", ...parameters] = each.split(";").map((part) => part.trim().toLowerCase());
    if (name === "gzip") return !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  }
  return false;
}

/**
 * JSON text of values, as `jsonText` writes it, with other texts in the places of its TIMESTAMPs. Everything
 * else stays letter by letter: what JSON.parse gives has neither all digits of a number nor the order of
 * names.
 */
import { isNested, type SqlType } from "../sql-type.ts";

export type TimestampType = Extract<SqlType, { kind: "TIMESTAMP" | "TIMESTAMP_LTZ" }>;
/** Of the text with its quotes. */
export type TurnTime = (time: string, type: TimestampType) => string;

export function withTurnedTimes(json: string, type: SqlType, turn: TurnTime): string {
  const turning = new Turning(json, turn);
  turning.value(type);
  return turning.text();
}

/** The same of values in brackets, each of its own type. */
export function listWithTurnedTimes(json: string, types: readonly SqlType[], turn: TurnTime): string {
  const turning = new Turning(json, turn);
  turning.list((place) => types[place]!);
  return turning.text();
}

class Turning {
  readonly #json: string;
  readonly #turn: TurnTime;
  #at = 0;
  #turned = "";
  /** Up to there it is turned. */
  #done = 0;

  constructor(json: string, turn: TurnTime) {
    this.#json = json;
    this.#turn = turn;
  }

  text(): string {
    return this.#turned + this.#json.slice(this.#done);
  }

  /** What does not look as its type does is passed over, as it may where somebody has sent it. */
  value(type: SqlType | undefined): void {
    const opens = this.#json[this.#at];
    if (type?.kind === "TIMESTAMP" && opens === '"') this.#replace((time) => this.#turn(time, type));
    else if (type?.kind === "ARRAY" && opens === "[") this.list(() => type.element);
    else if (type?.kind === "ROW" && opens === "{")
      this.list(
        (place) => type.fields[place]?.type,
        () => this.#skip(),
      );
    else if (type?.kind === "MAP" && opens === "{")
      this.list(
        () => type.value,
        () => this.#mapKey(type.key),
      );
    else this.#skip();
  }

  /** What stands between brackets; `name` takes what stands before a colon. */
  list(typeAt: (place: number) => SqlType | undefined, name?: () => void): void {
    this.#at++;
    for (let place = 0; !this.#isAtEnd(); place++) {
      if (this.#json[this.#at] === ",") this.#at++;
      if (name !== undefined) {
        name();
        this.#at++;
      }
      this.value(typeAt(place));
    }
    this.#at++;
  }

  #isAtEnd(): boolean {
    const letter = this.#json[this.#at];
    return letter === "]" || letter === "}" || letter === undefined;
  }

  /** A name is a text, whatever the key is. */
  #mapKey(type: SqlType): void {
    if (!isNested(type)) this.value(type);
    else
      this.#replace((name) => JSON.stringify(withTurnedTimes(JSON.parse(name) as string, type, this.#turn)));
  }

  #replace(turn: (text: string) => string): void {
    const from = this.#at;
    this.#skip();
    this.#turned += this.#json.slice(this.#done, from) + turn(this.#json.slice(from, this.#at));
    this.#done = this.#at;
  }

  /** One value, whatever it is, or a name. */
  #skip(): void {
    const opens = this.#json[this.#at];
    if (opens === '"') this.#skipText();
    else if (opens === "[" || opens === "{") this.#skipBrackets();
    else
      do this.#at++;
      while (!this.#isAtEnd() && this.#json[this.#at] !== "," && this.#json[this.#at] !== ":");
  }

  #skipBrackets(): void {
    let depth = 0;
    do {
      const letter = this.#json[this.#at];
      if (letter === '"') this.#skipText();
      else this.#at++;
      if (letter === "[" || letter === "{") depth++;
      else if (letter === "]" || letter === "}") depth--;
    } while (depth > 0 && this.#at < this.#json.length);
  }

  #skipText(): void {
    do this.#at += this.#json[this.#at] === "\\" ? 2 : 1;
    while (this.#at < this.#json.length && this.#json[this.#at] !== '"');
    this.#at++;
  }
}

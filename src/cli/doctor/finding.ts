/** What `quickwater doctor` has looked at, and how it is. */
export interface Finding {
  readonly about: "node" | "project" | "data" | "port" | "server" | "view" | "stream";
  readonly isWrong: boolean;
  /** In a sentence. */
  readonly text: string;
  /** What to do; undefined where nothing is to be done, or the text says it. */
  readonly advice?: string | undefined;
  /** Of a view or a stream: its name, and the cause as `GET /v1/why/{view}` has it. */
  readonly name?: string | undefined;
  readonly cause?: string | undefined;
}

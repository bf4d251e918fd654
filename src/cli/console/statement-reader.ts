/** Cuts lines into statements: a semicolon ends one, unless it stands in a text, a name or a comment. */

export class StatementReader {
  #text = "";
  /** What the next character is part of. */
  #inside: "code" | "'" | '"' | "`" | "--" | "/*" = "code";
  #seen = 0;

  /** Whether a statement has begun and not ended. */
  get isOpen(): boolean {
    return this.#text.trim() !== "";
  }

  /** The statements that the line ends. */
  add(line: string): readonly string[] {
    this.#text += `${line}\n`;
    const ended: string[] = [];
    while (this.#seen < this.#text.length) {
      const at = this.#seen++;
      if (this.#passes(at) || this.#inside !== "code" || this.#text[at] !== ";") continue;
      const statement = this.#text.slice(0, at).trim();
      if (statement !== "") ended.push(statement);
      this.#text = this.#text.slice(at + 1);
      this.#seen = 0;
    }
    return ended;
  }

  /** What is left at the end of the input; comments alone are nothing. */
  end(): string | undefined {
    const text = this.#text.trim();
    this.clear();
    return text.replace(/--.*|\/\*[\s\S]*?(?:\*\/|$)/g, "").trim() === "" ? undefined : text;
  }

  clear(): void {
    this.#text = "";
    this.#inside = "code";
    this.#seen = 0;
  }

  /** Whether the character begins or ends a text, a name or a comment. */
  #passes(at: number): boolean {
    const letter = this.#text[at]!;
    const pair = this.#text.slice(at, at + 2);
    switch (this.#inside) {
      case "code":
        if (letter === "'" || letter === '"' || letter === "`") this.#inside = letter;
        else if (pair === "--" || pair === "/*") this.#inside = pair;
        else return false;
        return true;
      case "--":
        if (letter === "\n") this.#inside = "code";
        return true;
      case "/*":
        if (pair === "*/") {
          this.#inside = "code";
          this.#seen++;
        }
        return true;
      default:
        // A quote that is doubled begins again at once.
        if (letter === this.#inside) this.#inside = "code";
        return true;
    }
  }
}

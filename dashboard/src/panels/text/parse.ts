/**
 * Text as pages have it: paragraphs, lists, `code`, **bold** and [links](/path). What is nothing of that is
 * text: no text becomes an element of its own choosing.
 */

export type Block =
  | { readonly is: "paragraph"; readonly words: readonly Words[] }
  | { readonly is: "list"; readonly items: readonly (readonly Words[])[] };

export type Words =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "code"; readonly text: string }
  | { readonly is: "bold"; readonly words: readonly Words[] }
  | { readonly is: "link"; readonly text: string; readonly to: string };

export function parsedText(source: string): readonly Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  let items: string[] = [];
  const end = (): void => {
    if (paragraph.length > 0) blocks.push({ is: "paragraph", words: parsedWords(paragraph.join(" ")) });
    if (items.length > 0) blocks.push({ is: "list", items: items.map((item) => parsedWords(item)) });
    paragraph = [];
    items = [];
  };
  for (const line of source.split(/\r?\n/)) {
    const text = line.trim();
    if (text === "") end();
    else if (line.startsWith("- ")) items.push(text.slice(2).trim());
    else if (items.length > 0 && line.startsWith(" ")) items.push(`${items.pop()} ${text}`);
    else {
      if (items.length > 0) end();
      paragraph.push(text);
    }
  }
  end();
  return blocks;
}

/** What may begin at a place of the text, tried in this order. */
const marks: readonly {
  readonly form: RegExp;
  readonly read: (match: RegExpExecArray) => Words | undefined;
}[] = [
  { form: /`([^`]+)`/y, read: ([, text = ""]) => ({ is: "code", text }) },
  { form: /\*\*((?:(?!\*\*).)+)\*\*/y, read: ([, text = ""]) => ({ is: "bold", words: parsedWords(text) }) },
  { form: /\[([^[\]]+)\]\(([^()\s]+)\)/y, read: ([, text = "", to = ""]) => linkTo(text, to) },
];

function parsedWords(text: string): readonly Words[] {
  const words: Words[] = [];
  let plain = "";
  let at = 0;
  while (at < text.length) {
    const found = markAt(text, at);
    if (found === undefined) {
      plain += text[at];
      at++;
      continue;
    }
    if (plain !== "") words.push({ is: "text", text: plain });
    plain = "";
    words.push(found.words);
    at += found.length;
  }
  if (plain !== "") words.push({ is: "text", text: plain });
  return words;
}

function markAt(text: string, at: number) {
  for (const { form, read } of marks) {
    form.lastIndex = at;
    const match = form.exec(text);
    const words = match === null ? undefined : read(match);
    if (match !== null && words !== undefined) return { words, length: match[0].length };
  }
  return undefined;
}

/** Of this server, and of others over HTTPS. To a browser `/\host` is another server, as `//host` is. */
function linkTo(text: string, to: string): Words | undefined {
  const isOurs = /^\/(?![/\\])/.test(to);
  const isOthers = to.startsWith("https://") && URL.canParse(to);
  return isOurs || isOthers ? { is: "link", text, to } : undefined;
}

/** Without its marks. */
export function plainWords(words: readonly Words[]): string {
  return words.map((each) => (each.is === "bold" ? plainWords(each.words) : each.text)).join("");
}

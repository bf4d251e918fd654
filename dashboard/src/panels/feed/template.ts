/**
 * Texts with values of a row: "{user_id} made {event_count} events". What stands behind a bar in the braces
 * (`{amount|money}`) is how it is written, which the panel's formats tell by column. `{{` is a brace.
 */

export type TemplatePart =
  | { readonly is: "text"; readonly text: string }
  /** A column, or with `$` before it what is known when it is filled. */
  | { readonly is: "value"; readonly name: string };

export function parsedTemplate(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let text = "";
  let at = 0;
  while (at < template.length) {
    const end = template[at] === "{" && template[at + 1] !== "{" ? template.indexOf("}", at) : -1;
    if (end === -1) {
      text += template[at];
      at += template.startsWith("{{", at) ? 2 : 1;
      continue;
    }
    if (text !== "") parts.push({ is: "text", text });
    text = "";
    const [name = ""] = template.slice(at + 1, end).split("|");
    parts.push({ is: "value", name: name.trim() });
    at = end + 1;
  }
  if (text !== "") parts.push({ is: "text", text });
  return parts;
}

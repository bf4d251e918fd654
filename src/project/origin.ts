/** The origin of a page, as a browser writes it: `https://shop.example`, a port behind it where it has one. */
import type { YamlValue } from "./yaml-file.ts";

export function originOf(written: YamlValue): string {
  const text = written.text();
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
  if (url !== undefined && isWeb && url.origin === text && !text.includes("*")) return text;
  // What is nearly one is told as it should be written.
  const meant = isWeb && !text.includes("*") ? url.origin : undefined;
  throw written.refuse("the origin of a page, such as https://shop.example", meant);
}

/** XML as AutoYaST writes it: elements with a type of YaST's and no other attribute. Pure. */

/** An element: its content is a text, or elements. */
export interface XmlElement {
  readonly tag: string;
  /** YaST's `config:type`; a text or a map has none. */
  readonly type?: "boolean" | "integer" | "list" | "symbol";
  readonly content: string | readonly XmlElement[];
}

export const text = (tag: string, content: string): XmlElement => ({ tag, content });
export const symbol = (tag: string, content: string): XmlElement => ({ tag, type: "symbol", content });
export const flag = (tag: string, isSo: boolean): XmlElement => ({ tag, type: "boolean", content: String(isSo) });
export const integer = (tag: string, value: number): XmlElement => ({ tag, type: "integer", content: String(value) });
export const map = (tag: string, ...content: readonly XmlElement[]): XmlElement => ({ tag, content });
export const list = (tag: string, entries: readonly XmlElement[]): XmlElement => ({
  tag,
  type: "list",
  content: entries,
});

/** A list of texts: `<packages config:type="list"><package>…`. */
export const texts = (tag: string, entry: string, values: readonly string[]): XmlElement =>
  list(
    tag,
    values.map((value) => text(entry, value)),
  );

/** What stands in an element, two blanks deeper than it. */
export function elements(all: readonly XmlElement[], indent: string): string {
  return all
    .map(({ tag, type, content }) => {
      const open = `${indent}<${tag}${type === undefined ? "" : ` config:type="${type}"`}>`;
      return typeof content === "string"
        ? `${open}${escaped(content)}</${tag}>\n`
        : `${open}\n${elements(content, `${indent}  `)}${indent}</${tag}>\n`;
    })
    .join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;" };

function escaped(value: string): string {
  return value.replaceAll(/[&<>\r]/g, (char) => ENTITIES[char] ?? char);
}

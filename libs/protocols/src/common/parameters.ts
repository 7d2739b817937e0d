/** Parameters of header fields, `type; name=value; name*=utf-8''v%C3%A4lue` (RFC 2045 5.1, RFC 2231, RFC 8187). */
import { decodeWords } from './encoded-words.ts';

/** Characters of a field and parameters that are looked at. */
const MAX_CHARACTERS = 8192;
const MAX_PARAMETERS = 64;

/** What stands before the first semicolon, lower case, and the parameters by lower-case name. */
export function parseParameters(field: string): { value: string; parameters: ReadonlyMap<string, string> } {
  const text = field.slice(0, MAX_CHARACTERS);
  const end = text.indexOf(';');
  const value = (end < 0 ? text : text.slice(0, end)).trim().toLowerCase();
  const sections: { name: string; part: number; isExtended: boolean; value: string }[] = [];
  const plain = new Map<string, string>();
  const rest = end < 0 ? '' : text.slice(end);
  for (const [, name, star, quoted, token] of rest.matchAll(
    /;\s*([^\s=;*]{1,64})(\*(?:\d{1,3}\*?)?)?\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*))/gs,
  )) {
    if (sections.length + plain.size >= MAX_PARAMETERS) break;
    const said = quoted === undefined ? token!.trim() : unquoted(quoted);
    const key = name!.toLowerCase();
    if (star === undefined) {
      if (!plain.has(key)) plain.set(key, decodeWords(said));
    } else sections.push({ name: key, part: Number(/\d+/.exec(star)?.[0] ?? 0), isExtended: star.endsWith('*'), value: said });
  }
  // RFC 8187 4.2: the extended form is the better one.
  for (const name of new Set(sections.map((section) => section.name)))
    plain.set(name, joined(sections.filter((section) => section.name === name)));
  return { value, parameters: plain };
}

/** Quoted pairs, but browsers send the folders of Windows unescaped: only a quote or backslash is one. */
function unquoted(text: string): string {
  return text.replace(/\\(["\\])/g, '$1');
}

/** RFC 2231 3 and 4: sections in their order; the first extended one names the character set. */
function joined(sections: readonly { part: number; isExtended: boolean; value: string }[]): string {
  let charset = 'utf-8';
  const bytes: number[] = [];
  for (const [i, { isExtended, value }] of sections.toSorted((a, b) => a.part - b.part).entries()) {
    let text = value;
    const named = isExtended && i === 0 ? /^([^']{0,64})'[^']{0,64}'(.*)$/s.exec(text) : null;
    if (named) [charset, text] = [named[1] || charset, named[2]!];
    for (let at = 0; at < text.length; at++) {
      const escape = isExtended && text[at] === '%' ? /^[0-9a-f]{2}/i.exec(text.slice(at + 1, at + 3)) : null;
      if (escape) {
        bytes.push(parseInt(escape[0], 16));
        at += 2;
      } else bytes.push(...new TextEncoder().encode(text[at]));
    }
  }
  try {
    return new TextDecoder(charset).decode(Uint8Array.from(bytes));
  } catch {
    // RangeError: no such character set.
    return new TextDecoder().decode(Uint8Array.from(bytes));
  }
}

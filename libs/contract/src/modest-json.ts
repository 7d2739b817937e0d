/** What a JSON text may be like before it is parsed: JSON.parse knows no bounds, and nobody else is served while it works. */
import { WirecaseError } from './error.ts';

/** Levels and values of a JSON file: STIX and MISP have a handful of levels, and some twenty values for an indicator. */
const MOST_DEPTH = 64;
const MOST_VALUES = 3_000_000;
/** Names of one object: those of STIX and MISP have dozens, and an object with a million takes seconds to build. */
const MOST_NAMES = 10_000;

/** Read for its outline alone, as JSON.parse of 64 MiB of `[` or `{},` takes fifteen seconds and gigabytes. Throws `list.unreadable`. */
export function requireModestJson(text: string): void {
  let values = 0;
  /** Commas of the object or array at each level that is open; an array counts from below zero. */
  const members: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === 0x22) {
      i = endOfString(text, i);
    } else if (character === 0x5b || character === 0x7b) {
      if (members.push(character === 0x5b ? -MOST_VALUES : 0) > MOST_DEPTH) throw tooMuch(`nests deeper than ${MOST_DEPTH} levels`);
      values++;
    } else if (character === 0x5d || character === 0x7d) {
      members.pop();
    } else if (character === 0x2c) {
      values++;
      if (++members[members.length - 1]! >= MOST_NAMES) throw tooMuch(`has an object with more than ${MOST_NAMES} names`);
    }
    if (values > MOST_VALUES) throw tooMuch(`has more than ${MOST_VALUES} values`);
  }
}

const tooMuch = (what: string) => new WirecaseError('list.unreadable', `It ${what}; lists in STIX and MISP have not.`);

/** Where the string that begins at `at` ends; the end of the text when it does not. */
function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

/** Search filters (RFC 4511 4.5.1.7) as the text of RFC 4515. */
import { BerReader } from '../common/ber.ts';

/** Characters of a filter that are written, and how deep it is followed; what is beyond is `…`. */
const MAX_CHARACTERS = 1024;
const MAX_DEPTH = 16;

class FilterWriter {
  text = '';

  /** The filter that `reader` has gone to. */
  write(reader: BerReader, depth: number): void {
    if (depth > MAX_DEPTH || this.text.length > MAX_CHARACTERS) return this.cut();
    this.text += '(';
    const inside = reader.inside();
    switch (reader.tag) {
      case 0xa0:
        this.all('&', inside, depth);
        break;
      case 0xa1:
        this.all('|', inside, depth);
        break;
      case 0xa2:
        this.text += '!';
        if (inside.next()) this.write(inside, depth + 1);
        break;
      case 0xa3:
        this.assertion(inside, '=');
        break;
      case 0xa4:
        this.substrings(inside);
        break;
      case 0xa5:
        this.assertion(inside, '>=');
        break;
      case 0xa6:
        this.assertion(inside, '<=');
        break;
      case 0x87:
        this.text += `${reader.text()}=*`;
        break;
      case 0xa8:
        this.assertion(inside, '~=');
        break;
      case 0xa9:
        this.extensible(inside);
        break;
      default:
        this.cut();
    }
    this.text += ')';
  }

  private all(sign: string, inside: BerReader, depth: number): void {
    this.text += sign;
    while (this.text.length <= MAX_CHARACTERS && inside.next()) this.write(inside, depth + 1);
  }

  private assertion(inside: BerReader, sign: string): void {
    if (inside.next()) this.text += inside.text() + sign;
    if (inside.next()) this.text += value(inside);
  }

  private substrings(inside: BerReader): void {
    if (!inside.next()) return;
    this.text += `${inside.text()}=`;
    if (!inside.next()) return;
    const parts = inside.inside();
    let isOpen = false;
    while (this.text.length <= MAX_CHARACTERS && parts.next()) {
      const isFinal = parts.tag === 0x82;
      // initial [0] stands before the first star; any [1] and final [2] behind one.
      if (parts.tag !== 0x80 && !isOpen) this.text += '*';
      this.text += value(parts) + (isFinal ? '' : '*');
      isOpen = !isFinal;
    }
  }

  /** `attribute:dn:rule:=value`. */
  private extensible(inside: BerReader): void {
    let rule = '';
    let type = '';
    let match = '';
    let dn = '';
    while (inside.next()) {
      if (inside.tag === 0x81) rule = `:${inside.text()}`;
      else if (inside.tag === 0x82) type = inside.text();
      else if (inside.tag === 0x83) match = value(inside);
      else if (inside.tag === 0x84 && inside.bytes[inside.start] !== 0) dn = ':dn';
    }
    this.text += `${type}${dn}${rule}:=${match}`;
  }

  private cut(): void {
    if (!this.text.endsWith('…')) this.text += '…';
  }
}

/** An assertion value: RFC 4515 3 escapes `*()\` and NUL; bytes that are no text are written the same way. */
function value(reader: BerReader): string {
  const { bytes, start, end } = reader;
  const text = reader.text();
  if (!text.includes('\ufffd')) return text.replace(/[*()\\\0]/g, (one) => `\\${one.charCodeAt(0).toString(16).padStart(2, '0')}`);
  let escaped = '';
  for (let i = start; i < end && escaped.length < MAX_CHARACTERS; i++) escaped += `\\${bytes[i]!.toString(16).padStart(2, '0')}`;
  return escaped;
}

/** The text of the filter that `reader` has gone to. */
export function filterText(reader: BerReader): string {
  const writer = new FilterWriter();
  writer.write(reader, 0);
  return writer.text;
}

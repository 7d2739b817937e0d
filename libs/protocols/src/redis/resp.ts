/** RESP, the protocol of Redis (2 and 3), out of one direction of a stream: of each value the kind, its first elements and its text. */
import { ByteBuffer } from '../common/byte-buffer.ts';
import { LineReader } from '../common/line-reader.ts';
import { decodeText } from '../common/text.ts';

/** Bytes kept of a text, elements kept of a value, and how deep values may be in each other. */
const MAX_TEXT_BYTES = 256;
const MAX_ELEMENTS = 5;
const MAX_DEPTH = 64;
const MAX_LINE_BYTES = 1024;

export interface RespValue {
  /** First character: `+` `-` `:` `$` `*` and so on, `i` for a command without any (inline). */
  kind: string;
  /** The value, or the first elements of an array, as texts; arrays inside are left out. */
  elements: string[];
  /** Elements of the array; 1 for what is none. */
  count: number;
  /** All of it up to some length: lists as `[a, [b, c]]`, sets as `{a, b}`, maps as `{a: b, c: d}`. */
  text: string;
}

/** An array whose elements have not all come. */
interface OpenArray {
  readonly kind: string;
  readonly count: number;
  done: number;
}

export class RespReader {
  /** The value that the last `take` completed, or `null`. */
  whole: RespValue | null = null;
  /** The last `take` met what is no value; the rest of that delivery is passed over. */
  isBroken = false;
  private readonly lines = new LineReader(MAX_LINE_BYTES);
  private readonly text = new ByteBuffer(MAX_TEXT_BYTES);
  /** Bytes to come of a text with its CRLF; -1 outside of one. */
  private bulkBytes = -1;
  private readonly open: OpenArray[] = [];
  /** How many of them are attributes, which say something of the next value and count as none (RESP 3). */
  private attributes = 0;
  private value: RespValue | null = null;

  /** Take `bytes[start, end)` up to the end of a value. Returns the offset behind what was taken. */
  take(bytes: Uint8Array, start: number, end: number): number {
    this.whole = null;
    this.isBroken = false;
    let offset = start;
    while (offset < end && !this.whole) {
      if (this.bulkBytes >= 0) {
        const next = Math.min(end, offset + this.bulkBytes);
        this.text.append(
          bytes,
          offset,
          Math.min(next, offset + Math.max(0, Math.min(this.bulkBytes - 2, MAX_TEXT_BYTES - this.text.length))),
        );
        this.bulkBytes -= next - offset;
        offset = next;
        if (this.bulkBytes === 0) this.bulkEnded();
        continue;
      }
      offset = this.lines.take(bytes, offset, end);
      const line = this.lines.takeLine();
      if (line !== null && !this.header(line)) {
        this.forget();
        this.isBroken = true;
        return end;
      }
    }
    return offset;
  }

  /** Bytes were lost: what was being read is worth nothing. */
  forget(): void {
    this.lines.forget();
    this.text.clear();
    this.bulkBytes = -1;
    this.open.length = 0;
    this.attributes = 0;
    this.value = null;
  }

  private bulkEnded(): void {
    this.bulkBytes = -1;
    this.scalar(decodeText(this.text.bytes, 0, this.text.length));
    this.text.clear();
  }

  /** The first line of a value. Returns whether it is one. */
  private header(line: string): boolean {
    const kind = line.charAt(0);
    const rest = line.slice(1);
    if ('+-:,(#_'.includes(kind) && line !== '') {
      this.begin(kind, 1);
      this.scalar(rest);
      return true;
    }
    if ('$=!*~>%|'.includes(kind) && line !== '') {
      if (!/^-?\d{1,10}$/.test(rest)) return false;
      const count = Number(rest);
      if ('$=!'.includes(kind)) {
        this.begin(kind, 1);
        if (count < 0) this.scalar('');
        else this.bulkBytes = count + 2;
        return true;
      }
      return this.array(kind, kind === '%' || kind === '|' ? 2 * count : count);
    }
    if (this.value || this.open.length > 0 || !/^[A-Za-z]+(?: .*)?$/s.test(line)) return line === '' && !this.value;
    this.begin('i', 1);
    this.value!.elements = line.split(/ +/, MAX_ELEMENTS).map((word) => word.slice(0, MAX_TEXT_BYTES));
    this.value!.count = line.trim().split(/ +/).length;
    this.value!.text = line.slice(0, MAX_TEXT_BYTES);
    this.completed();
    return true;
  }

  private begin(kind: string, count: number): void {
    if (this.attributes === 0) this.value ??= { kind, elements: [], count, text: '' };
  }

  private array(kind: string, count: number): boolean {
    if (kind === '|') {
      if (count <= 0) return true;
      this.attributes++;
    } else {
      this.begin(kind, Math.max(0, count));
      if (count < 0) this.scalar('');
      else this.write(`${this.separator()}${bracketsOf(kind)[0]}${count === 0 ? bracketsOf(kind)[1] : ''}`);
      if (count === 0) this.completed();
      if (count <= 0) return true;
    }
    this.open.push({ kind, count, done: 0 });
    return this.open.length <= MAX_DEPTH;
  }

  private scalar(text: string): void {
    const kept = text.slice(0, MAX_TEXT_BYTES);
    if (this.value && this.attributes === 0) {
      if (this.open.length <= 1 && this.value.elements.length < MAX_ELEMENTS) this.value.elements.push(kept);
      this.write(`${this.separator()}${kept}`);
    }
    this.completed();
  }

  /** Before the element that begins. */
  private separator(): string {
    const array = this.open.at(-1);
    if (!array || array.done === 0) return '';
    return array.kind === '%' && array.done % 2 === 1 ? ': ' : ', ';
  }

  private write(text: string): void {
    if (!this.value || this.attributes > 0 || this.value.text.length >= MAX_TEXT_BYTES) return;
    this.value.text = (this.value.text + text).slice(0, MAX_TEXT_BYTES);
  }

  /** One value is over: so are the arrays whose last element it was. */
  private completed(): void {
    for (let array = this.open.at(-1); array; array = this.open.at(-1)) {
      if (++array.done < array.count) return;
      this.open.pop();
      if (array.kind === '|') {
        this.attributes--;
        return;
      }
      this.write(bracketsOf(array.kind)[1]!);
    }
    this.whole = this.value;
    this.value = null;
  }
}

function bracketsOf(kind: string): string {
  return kind === '%' || kind === '~' ? '{}' : '[]';
}

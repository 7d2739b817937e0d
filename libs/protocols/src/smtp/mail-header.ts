/** The header of a mail (RFC 5322 2.2, 3.6): the few fields that a record keeps. */
import { decodeWords } from '../common/encoded-words.ts';
import { rowText } from '../common/text.ts';

/** Characters kept of one header field, unfolded. */
const MAX_FIELD_CHARACTERS = 8192;
const MAX_VALUE_CHARACTERS = 1024;
const MAX_ADDRESSES = 100;
/** Lines of a header; behind them the rest is taken for body. */
const MAX_LINES = 2000;

export class MailHeader {
  from: string[] = [];
  to: string[] = [];
  cc: string[] = [];
  subject: string | null = null;
  messageId: string | null = null;
  date: string | null = null;
  mailer: string | null = null;
  mimeType: string | null = null;
  /** Whether the empty line that ends the header was seen. */
  isDone = false;
  private field = '';
  private lines = 0;

  /** One line without its end. */
  line(line: string): void {
    if (this.isDone) return;
    if (/^[ \t]/.test(line) && this.field !== '') {
      if (this.field.length < MAX_FIELD_CHARACTERS) this.field += ` ${line.trim()}`;
      return;
    }
    this.endField();
    this.field = line.slice(0, MAX_FIELD_CHARACTERS);
    if (line === '' || ++this.lines > MAX_LINES) this.end();
  }

  /** The mail is over, or its body begins. */
  end(): void {
    this.endField();
    this.isDone = true;
  }

  private endField(): void {
    const colon = this.field.indexOf(':');
    const name = this.field.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = this.field.slice(colon + 1).trim();
    this.field = '';
    if (name === 'from' && this.from.length === 0) this.from = addresses(value);
    else if (name === 'to' && this.to.length === 0) this.to = addresses(value);
    else if (name === 'cc' && this.cc.length === 0) this.cc = addresses(value);
    else if (name === 'subject') this.subject ??= rowText(decodeWords(value), MAX_VALUE_CHARACTERS);
    else if (name === 'message-id') this.messageId ??= rowText(value, MAX_VALUE_CHARACTERS);
    else if (name === 'date') this.date ??= rowText(value, MAX_VALUE_CHARACTERS);
    else if (name === 'x-mailer' || name === 'user-agent') this.mailer ??= rowText(value, MAX_VALUE_CHARACTERS);
    else if (name === 'content-type') this.mimeType ??= rowText(value.split(';', 1)[0]!.trim().toLowerCase(), 128);
  }
}

/** Addresses of `Ann <ann@example.org>, bob@example.org (Bob)`; names are left out (RFC 5322 3.4). */
export function addresses(value: string): string[] {
  const list: string[] = [];
  for (const word of withoutQuoted(value).split(/[\s<>,;:()"]+/)) {
    if (!/[^@]@[^@]/.test(word)) continue;
    list.push(rowText(word, 512));
    if (list.length === MAX_ADDRESSES) break;
  }
  return list;
}

/** Quoted names may hold anything, an address of someone else too. Their length is bounded: each quote may begin one that does not end. */
function withoutQuoted(value: string): string {
  return value.replace(/"(?:[^"\\]|\\.){0,256}"(?!@)/g, ' ');
}

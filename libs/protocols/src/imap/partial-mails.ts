/**
 * Mails that a client fetches in pieces (RFC 9051 6.4.5, `BODY[]<0.4096>`): one file, as long as each piece goes on where the one before
 * ended. It is whole when the server gave less than was asked for, nothing behind its end, or as much as it says that the mail has.
 */
import type { ByteTarget, FileFault, FlowContext } from '@wirecase/contract';
import { BoundedMap } from '../common/bounded-map.ts';
import { mailTarget } from '../common/entity.ts';

/** Mails of which pieces come in turn. */
const MAX_OPEN = 16;
/** Sizes that the server said, and pieces that were asked for and have not come. */
const MAX_SIZES = 1024;
const MAX_ASKED = 64;

interface OpenMail {
  readonly target: ByteTarget;
  /** Offset of the next byte. */
  next: number;
}

export class PartialMails {
  private readonly context: FlowContext;
  /** By message sequence number, which holds until a mail is expunged or another mailbox is selected. */
  private readonly open = new BoundedMap<number, OpenMail>(MAX_OPEN);
  private readonly sizes = new BoundedMap<number, number>(MAX_SIZES);
  /** Bytes asked for by their offset; of several the fewest, which cannot make a mail look whole that is not. */
  private readonly asked = new BoundedMap<number, number>(MAX_ASKED);

  constructor(context: FlowContext) {
    this.context = context;
  }

  /** Arguments of a FETCH; `isAlone`: no other command waits for its answer. */
  fetch(text: string, isAlone: boolean): void {
    if (isAlone) this.asked.clear();
    for (const [, origin, length] of text.matchAll(/BODY(?:\.PEEK)?\[\]<(\d{1,10})\.(\d{1,10})>/gi))
      this.asked.set(Number(origin), Math.min(Number(length), this.asked.get(Number(origin)) ?? Infinity));
  }

  /** Where the `bytes` of a literal go that `line`, a response, ends with; `null` when it is no piece of a mail. */
  literal(line: string, bytes: number): ByteTarget | null {
    const parts = /^\* (\d{1,10}) FETCH \(.{0,4096}BODY\[\]<(\d{1,10})> "$/is.exec(line);
    return parts && this.piece(Number(parts[1]), Number(parts[2]), bytes);
  }

  /** A whole response, its literals left out. */
  response(line: string): void {
    if (/^\* (?:\d{1,10} EXPUNGE|VANISHED )/i.test(line)) return this.close();
    // Before the first quoted text: in one, a subject perhaps, anything may stand.
    const size = /^\* (\d{1,10}) FETCH \([^"]*?RFC822\.SIZE (\d{1,10})/i.exec(line);
    if (size) this.sizes.set(Number(size[1]), Number(size[2]));
    const empty = /^\* (\d{1,10}) FETCH \(.{0,4096}BODY\[\]<(\d{1,10})> (?:""|NIL)/is.exec(line);
    if (empty && this.open.get(Number(empty[1]))?.next === Number(empty[2])) this.finish(Number(empty[1]), null);
  }

  /** Numbers mean other mails from now on, or nothing more comes. */
  close(): void {
    for (const number of [...this.open.keys()]) this.finish(number, this.faultOf(number));
    this.sizes.clear();
  }

  private piece(number: number, origin: number, bytes: number): ByteTarget {
    if (this.open.get(number)?.next !== origin) {
      this.finish(number, this.faultOf(number));
      this.begin(number, origin);
    }
    const mail = this.open.get(number)!;
    const end = (fault: FileFault | null) => {
      mail.next += bytes;
      // What the end of a mail is can only be said where its begin was seen.
      if (fault !== null) this.finish(number, fault);
      else if (bytes < (this.asked.get(origin) ?? 0)) this.finish(number, null);
    };
    return { data: (source, from, to) => mail.target.data(source, from, to), gap: (missing) => mail.target.gap(missing), end };
  }

  private begin(number: number, origin: number): void {
    const target = origin === 0 ? mailTarget(this.context, 1, null) : new Tail(this.context);
    const lost = this.open.set(number, { target, next: origin });
    lost?.target.end('range');
  }

  private faultOf(number: number): FileFault | null {
    return this.open.get(number)?.next === this.sizes.get(number) ? null : 'range';
  }

  private finish(number: number, fault: FileFault | null): void {
    const mail = this.open.get(number);
    this.open.delete(number);
    mail?.target.end(fault);
  }
}

/** Pieces without the begin of the mail: never whole. */
class Tail implements ByteTarget {
  private readonly file: ByteTarget;

  constructor(context: FlowContext) {
    this.file = context.file({ direction: 1, path: null, mimeType: 'message/rfc822', size: null });
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    this.file.data(bytes, start, end);
  }

  gap(missing: number): void {
    this.file.gap(missing);
  }

  end(fault: FileFault | null): void {
    this.file.end(fault ?? 'range');
  }
}

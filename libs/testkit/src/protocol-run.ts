/** Runs a protocol parser over a little script of deliveries, as the engine would, with a buffer that is overwritten after each. */
import { nodePlatform } from '@wirecase/store/platform';
import { formatHex } from '@wirecase/contract';
import type {
  Credential,
  Direction,
  Expectation,
  FileFault,
  FileStart,
  FileTarget,
  FlowContext,
  Login,
  OwnRow,
  PacketMark,
  Platform,
  ProtocolModule,
  ProvenLogin,
  RecordType,
} from '@wirecase/contract';

/** Bytes that arrive, or a number of bytes that never will. Each delivery is a packet, 1 ms after the one before. */
export type Delivery = readonly [from: Direction, what: Uint8Array | number];

export interface RunOptions {
  transport?: 'tcp' | 'udp';
  sourcePort?: number;
  destinationPort?: number;
  /** Deliver everything in pieces of this many bytes; 0 is whole. */
  pieceBytes?: number;
  /** Whether both directions end with a FIN behind all that was delivered. */
  isClosed?: boolean;
  /** Whether another protocol led here. */
  isWithin?: boolean;
  /** Cut each delivery in two at this offset. */
  cutAt?: number;
}

export interface RunResult {
  records: Record<string, unknown>[];
  weirds: Record<string, number>;
  /** Requests of which all was said. */
  requested: string[];
  logins: Login[];
  files: CarriedFile[];
  expected: Expectation[];
  /** Those of logins too. */
  credentials: Credential[];
  /** Whether the parser wanted more of each direction after the last delivery of it. */
  wantsMore: [boolean, boolean];
  /** Bytes of the delivery at hand that were left to another protocol, when the parser handed over; it gets nothing afterwards. */
  handedOver: number | null;
  /** What frames carried of another protocol, by direction, hexadecimal. */
  carried: [string, string];
}

/** A file that a parser handed over. Bytes as they came, packed ones not unpacked; `#` stands for a byte that is missing. */
export interface CarriedFile extends FileStart {
  text: string;
  bytes: Uint8Array;
  fault: FileFault | null | 'open';
}

export const testPlatform: Platform = nodePlatform;

export function runProtocol(module: ProtocolModule, deliveries: readonly Delivery[], options: RunOptions = {}): RunResult {
  const result: RunResult = {
    records: [],
    weirds: {},
    requested: [],
    logins: [],
    credentials: [],
    files: [],
    expected: [],
    wantsMore: [true, true],
    handedOver: null,
    carried: ['', ''],
  };
  const context = new TestContext(result, options);
  const parser = module.create(context);
  deliveries.forEach(([from, what], i) => {
    context.packet = i + 1;
    context.timeNs = BigInt(i) * 1_000_000n;
    if (result.handedOver !== null) return;
    if (typeof what === 'number') result.wantsMore[from] = parser.gap(from, what);
    else
      for (const piece of pieces(what, options)) {
        const scratch = new Uint8Array(piece.length + 14).fill(0xaa);
        scratch.set(piece, 7);
        context.end = 7 + piece.length;
        result.wantsMore[from] = parser.data(from, scratch, 7, 7 + piece.length);
        scratch.fill(0x55);
        if (result.handedOver !== null) break;
      }
  });
  parser.end();
  return result;
}

class TestContext implements FlowContext {
  readonly platform = testPlatform;
  readonly transport: 'tcp' | 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly isWithin: boolean;
  readonly flowId = '00000000-0000-0000-0000-000000000001';
  readonly sourceIp = Uint8Array.of(10, 0, 0, 1);
  readonly destinationIp = Uint8Array.of(10, 0, 0, 2);
  timeNs = 0n;
  packet = 0;
  /** Of the delivery at hand. */
  end = 0;
  private readonly result: RunResult;
  private readonly options: RunOptions;

  constructor(result: RunResult, options: RunOptions) {
    this.result = result;
    this.options = options;
    this.isWithin = options.isWithin ?? false;
    this.transport = options.transport ?? 'tcp';
    this.sourcePort = options.sourcePort ?? 40_000;
    this.destinationPort = options.destinationPort ?? 80;
  }

  get seconds(): number {
    return Number(this.timeNs / 1_000_000_000n);
  }

  get nanos(): number {
    return Number(this.timeNs % 1_000_000_000n);
  }

  emit<T extends RecordType>(type: T, own: OwnRow<T>, at?: PacketMark): void {
    for (const key of Object.keys(own)) if (!(key in type.fields)) throw new Error(`${type.name} has no field ${key}`);
    this.result.records.push({ record: type.name, packet: at?.packet ?? this.packet, ...own });
  }

  login({ user, outcome, isClear, kind = isClear ? 'password' : undefined, secret = null }: ProvenLogin): void {
    if (kind) this.credential({ kind, user, success: outcome === 'unknown' ? null : outcome === 'success', secret });
    this.result.logins.push({ user, outcome, isClear });
  }

  requested(target: string): void {
    this.result.requested.push(target);
  }

  credential(credential: Credential): void {
    this.result.credentials.push(credential);
  }

  file(start: FileStart): FileTarget {
    const file: CarriedFile = { ...start, text: '', bytes: new Uint8Array(0), fault: 'open' };
    this.result.files.push(file);
    return new TestFile(file);
  }

  isWhole(): boolean {
    return this.options.isClosed ?? false;
  }

  expect(expected: Expectation): void {
    this.result.expected.push(expected);
  }

  weird(name: string): void {
    this.result.weirds[name] = (this.result.weirds[name] ?? 0) + 1;
  }

  handOver(rest: number): void {
    this.result.handedOver = this.end - rest;
  }

  carry(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    this.result.carried[direction] += formatHex(bytes.subarray(start, end));
  }
}

/** Puts a file together in memory. */
class TestFile implements FileTarget {
  private readonly file: CarriedFile;
  private content: number[] = [];

  constructor(file: CarriedFile) {
    this.file = file;
  }

  data(bytes: Uint8Array, start: number, end: number): void {
    this.dataAt(this.content.length, bytes, start, end);
  }

  dataAt(offset: number, bytes: Uint8Array, start: number, end: number): void {
    // A damaged offset may be anything; a test's file is small.
    if (offset > 10_000_000) return;
    while (this.content.length < offset) this.content.push(35);
    for (let i = start; i < end; i++) this.content[offset + i - start] = bytes[i]!;
  }

  gap(missing: number): void {
    for (let i = 0; i < Math.min(missing, 10_000); i++) this.content.push(35);
  }

  end(fault: FileFault | null): void {
    if (this.file.fault !== 'open') throw new Error('a file was ended twice');
    this.file.fault = fault;
    this.file.bytes = Uint8Array.from(this.content);
    this.file.text = Buffer.from(this.file.bytes).toString('latin1');
  }
}

function pieces(bytes: Uint8Array, { pieceBytes = 0, cutAt = 0 }: RunOptions): Uint8Array[] {
  if (cutAt > 0 && cutAt < bytes.length) return [bytes.subarray(0, cutAt), bytes.subarray(cutAt)];
  if (pieceBytes === 0) return [bytes];
  const list: Uint8Array[] = [];
  for (let i = 0; i < bytes.length; i += pieceBytes) list.push(bytes.subarray(i, i + pieceBytes));
  return list;
}

/** Bytes of hexadecimal text; white space and `# comment` to the end of a line are ignored. */
export function hexBytes(text: string): Uint8Array {
  const digits = text.replace(/#.*$/gm, '').replace(/\s+/g, '');
  if (!/^([0-9a-f]{2})*$/i.test(digits)) throw new Error(`not hexadecimal: ${text}`);
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

/** Bytes of a text, one each character up to U+00FF. */
export function textBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** `count` copies of `bytes`, each damaged in 1 to 8 places by a generator that gives the same every time. */
export function* mutants(bytes: Uint8Array, count: number, seed = 1): Generator<Uint8Array> {
  let state = seed;
  const random = (below: number): number => {
    // Numerical Recipes' linear congruential generator, high bits.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let i = 0; i < count; i++) {
    const mutant = bytes.slice(0, random(8) === 0 ? random(bytes.length + 1) : bytes.length);
    for (let damage = random(8) + 1; damage > 0 && mutant.length > 0; damage--) mutant[random(mutant.length)] = random(256);
    yield mutant;
  }
}

/** What a parser may know and say of its conversation: fills the base fields of records. One object per identified conversation. */
import {
  type Credential,
  credentialRecord,
  type CredentialRow,
  type Direction,
  type Expectation,
  fileRecord,
  type FileStart,
  type FileTarget,
  type FlowContext,
  type Login,
  type OwnRow,
  type PacketMark,
  type Platform,
  type ProvenLogin,
  type RecordSink,
  type RecordType,
  type RowOf,
} from '@wirecase/contract';
import type { FlowView } from '@wirecase/flow';
import type { Conversation } from './conversation.ts';
import type { Expectations } from './expectations.ts';
import type { FileTable } from './files/file-table.ts';
import type { IdMaker } from './ids.ts';
import type { WeirdLog } from './weird-log.ts';

/** Credentials of one conversation that are told. */
const MAX_CREDENTIALS = 1000;

/** Hears of what is said in flows, while it is said. */
export interface SpeechListener {
  /** `service`: name of the protocol. `at`: the packet with which it was said; a flow that ends is not about the packet at hand. */
  login(slot: number, service: string, login: Login, at: PacketMark): void;
  record(type: RecordType, row: object, at: PacketMark): void;
  requested?(slot: number, target: string, at: PacketMark): void;
}

/** What contexts share. */
export interface ContextParts {
  platform: Platform;
  ids: IdMaker;
  nextRecordId: () => string;
  weirds: WeirdLog;
  sink: RecordSink;
  listeners: readonly SpeechListener[];
  files: FileTable;
  expectations: Expectations;
  /** Takes the secret of a credential, which nothing else gets; null unless somebody may see it. */
  onSecret: ((row: CredentialRow, secret: string) => void) | null;
}

/** What the engine knows of every record. */
interface ProtocolRow {
  id: string;
  flowId: string;
  packet: number;
  time: bigint;
  sourceIp: Uint8Array;
  sourcePort: number;
  destinationIp: Uint8Array;
  destinationPort: number;
}

export class ConversationContext implements FlowContext {
  readonly platform: Platform;
  readonly transport: 'tcp' | 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly isWithin: boolean;
  private readonly parts: ContextParts;
  private readonly conversation: Conversation;
  private readonly service: string;
  readonly flowId: string;
  readonly sourceIp: Uint8Array;
  readonly destinationIp: Uint8Array;
  private credentials = 0;

  /** `service`: name of the parser's protocol. `flow`: looks at the conversation's flow now; not kept. */
  constructor(parts: ContextParts, conversation: Conversation, service: string, flow: FlowView) {
    this.service = service;
    this.platform = parts.platform;
    this.transport = conversation.transport;
    this.sourcePort = conversation.sourcePort;
    this.destinationPort = conversation.destinationPort;
    this.isWithin = conversation.isWithin;
    this.parts = parts;
    this.conversation = conversation;
    this.flowId = parts.ids.id(flow.firstPacket);
    this.sourceIp = flow.sourceIp;
    this.destinationIp = flow.destinationIp;
  }

  get timeNs(): bigint {
    return this.conversation.timeNs;
  }

  get seconds(): number {
    return this.conversation.seconds;
  }

  get nanos(): number {
    return this.conversation.nanos;
  }

  get packet(): number {
    return this.conversation.packet;
  }

  emit<T extends RecordType>(type: T, own: OwnRow<T>, at: PacketMark = this): void {
    // Adding to the object that is there costs a sixth of copying both parts into a new one.
    const row = own as unknown as ProtocolRow;
    row.id = this.parts.nextRecordId();
    row.flowId = this.flowId;
    row.packet = at.packet;
    row.time = at.timeNs;
    row.sourceIp = this.sourceIp;
    row.sourcePort = this.sourcePort;
    row.destinationIp = this.destinationIp;
    row.destinationPort = this.destinationPort;
    this.parts.sink.record(type, row as unknown as RowOf<T['fields']>);
    const { listeners } = this.parts;
    for (let i = 0; i < listeners.length; i++) listeners[i]!.record(type, row, this);
  }

  login({ user, outcome, isClear, kind = isClear ? 'password' : undefined, secret = null }: ProvenLogin): void {
    if (kind) this.credential({ kind, user, success: outcome === 'unknown' ? null : outcome === 'success', secret });
    for (const listener of this.parts.listeners) listener.login(this.conversation.slot, this.service, { user, outcome, isClear }, this);
  }

  requested(target: string): void {
    for (const listener of this.parts.listeners) listener.requested?.(this.conversation.slot, target, this);
  }

  credential({ kind, user, success, secret }: Credential): void {
    if (++this.credentials > MAX_CREDENTIALS) return this.weird('credential_limit');
    const row: OwnRow<typeof credentialRecord> = { protocol: this.service, user, kind, success, revealable: secret !== null };
    this.emit(credentialRecord, row);
    // `emit` has made it the whole row.
    if (secret !== null) this.parts.onSecret?.(row as CredentialRow, secret);
  }

  weird(name: string): void {
    this.parts.weirds.add(name, this.conversation.slot, this);
  }

  handOver(rest: number): void {
    this.conversation.handOver(rest);
  }

  carry(direction: Direction, bytes: Uint8Array, start: number, end: number): void {
    this.conversation.carry(direction, bytes, start, end);
  }

  file(start: FileStart): FileTarget {
    return this.parts.files.begin(
      start,
      this.service,
      (row) => this.emit(fileRecord, row),
      () => this.weird('file_limit'),
    );
  }

  isWhole(direction: Direction): boolean {
    return this.conversation.isWhole(direction);
  }

  expect(expected: Expectation): void {
    this.parts.expectations.add(expected, this.seconds);
  }
}

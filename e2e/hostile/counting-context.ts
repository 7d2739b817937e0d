import type { FileTarget, FlowContext, OwnRow, RecordType } from '@wirecase/contract';
import { nodePlatform } from '@wirecase/store/platform';

/** Counts what a parser says, and holds it to its record types. */
export class CountingContext implements FlowContext {
  readonly platform = nodePlatform;
  readonly isWithin = false;
  readonly transport: 'tcp' | 'udp';
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly flowId = '00000000-0000-0000-0000-000000000001';
  readonly sourceIp = Uint8Array.of(10, 0, 0, 1);
  readonly destinationIp = Uint8Array.of(10, 0, 0, 2);
  packet = 0;
  rows = 0;
  weirds = 0;
  isHandedOver = false;

  constructor({ transport, sourcePort, destinationPort }: Pick<FlowContext, 'transport' | 'sourcePort' | 'destinationPort'>) {
    this.transport = transport;
    this.sourcePort = sourcePort;
    this.destinationPort = destinationPort;
  }

  get seconds(): number {
    return 1_700_000_000 + this.packet;
  }

  get nanos(): number {
    return 0;
  }

  get timeNs(): bigint {
    return BigInt(this.seconds) * 1_000_000_000n;
  }

  emit<T extends RecordType>(type: T, own: OwnRow<T>): void {
    for (const key of Object.keys(own)) if (!(key in type.fields)) throw new Error(`${type.name} has no field ${key}`);
    this.rows++;
  }

  login(): void {
    this.rows++;
  }

  credential(): void {
    this.rows++;
  }

  weird(): void {
    this.weirds++;
  }

  requested(): void {}

  handOver(): void {
    this.isHandedOver = true;
  }

  carry(): void {}

  file(): FileTarget {
    let isOver = false;
    const end = () => {
      if (isOver) throw new Error('a file was ended twice');
      isOver = true;
    };
    return { data() {}, dataAt() {}, gap() {}, end };
  }

  isWhole(): boolean {
    return false;
  }

  expect(): void {}
}

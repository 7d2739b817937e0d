/** What each protocol parser was really given: every conversation of the traces, as its parser heard it. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Direction, Expectation, FlowContext, ProtocolModule, ProtocolParser } from '@wirecase/contract';
import { Analyzer } from '@wirecase/engine';
import { registry } from '@wirecase/protocols';
import { openCapture } from '@wirecase/store/capture-source';
import { nodePlatform } from '@wirecase/store/platform';

/** Of one conversation. */
const maxDeliveries = 60;
const maxBytes = 8_000;

/** Bytes that came, or how many did not. */
export type Delivery = readonly [Direction, Uint8Array<ArrayBuffer> | number];

/** One conversation with the parser that heard it. */
export interface Seed {
  trace: string;
  module: Pick<ProtocolModule, 'create' | 'probe'>;
  transport: 'tcp' | 'udp';
  sourcePort: number;
  destinationPort: number;
  deliveries: Delivery[];
}

/** A bind to the endpoint mapper, its acceptance, a call and its answer (C706 12.6): no trace has DCE/RPC over TCP. */
const remoteCall: readonly (readonly [Direction, string])[] = [
  [
    0,
    '05000b03100000004800000001000000b810b8100000000001000000000001000883afe11f5dc91191a408002b14a0fa03000000045d888aeb1cc9119fe808002b10486002000000',
  ],
  [1, '05000c03100000002400000001000000b810b81001000000040031333500000000000000'],
  [0, '050000031000000018000000020000000000000000000300'],
  [1, '050002031000000018000000020000000000000000000000'],
];

/** Hears what a parser is given, up to a bound. */
class Listener implements ProtocolParser {
  private readonly parser: ProtocolParser;
  private readonly deliveries: Delivery[];
  private bytes = 0;

  constructor(parser: ProtocolParser, deliveries: Delivery[]) {
    this.parser = parser;
    this.deliveries = deliveries;
  }

  data(direction: Direction, bytes: Uint8Array, start: number, end: number): boolean {
    this.bytes += end - start;
    if (this.deliveries.length < maxDeliveries && this.bytes < maxBytes)
      this.deliveries.push([direction, new Uint8Array(bytes.slice(start, end))]);
    return this.parser.data(direction, bytes, start, end);
  }

  gap(direction: Direction, missing: number): boolean {
    if (this.deliveries.length < maxDeliveries) this.deliveries.push([direction, missing]);
    return this.parser.gap(direction, missing);
  }

  end(): void {
    this.parser.end();
  }
}

/** Conversations of the captures in `folder` by protocol, those included that another one announced. Each name of the registry is there. */
export async function seedsOf(folder: string): Promise<Map<string, Seed[]>> {
  const seeds = new Map<string, Seed[]>(registry.map(({ name }) => [name, []]));
  const module = registry.find(({ name }) => name === 'dce_rpc')!;
  const deliveries = remoteCall.map(([direction, hex]): Delivery => [direction, Uint8Array.from(Buffer.from(hex, 'hex'))]);
  seeds.get('dce_rpc')!.push({ trace: 'none', module, transport: 'tcp', sourcePort: 40_000, destinationPort: 135, deliveries });
  let trace = '';
  const heard = (name: string, module: Seed['module'], context: FlowContext): ProtocolParser => {
    const { transport, sourcePort, destinationPort } = context;
    const seed: Seed = { trace, module, transport, sourcePort, destinationPort, deliveries: [] };
    const known = seeds.get(name) ?? [];
    seeds.set(name, known);
    known.push(seed);
    return new Listener(module.create(announcing(context)), seed.deliveries);
  };
  /** The context, through which conversations that are announced are heard too. */
  const announcing = (context: FlowContext): FlowContext =>
    Object.create(context, {
      expect: {
        value: (expected: Expectation) => {
          const module = { create: expected.create, probe: () => 'yes' as const };
          context.expect({ ...expected, create: (inner) => heard(expected.protocol, module, inner) });
        },
      },
    }) as FlowContext;
  const protocols = registry.map((module) => ({ ...module, create: (context: FlowContext) => heard(module.name, module, context) }));
  for (const name of readdirSync(folder).toSorted()) {
    if (!/\.(pcap|pcapng|cap|snoop)(\.gz|\.zst)?$/.test(name)) continue;
    trace = name;
    const parts = { platform: nodePlatform, captureSha256: new Uint8Array(32), sink: { record: () => {} }, protocols };
    const analyzer = new Analyzer({ ...parts, options: { alerts: false } });
    for await (const chunk of (await openCapture(join(folder, name))).chunks()) analyzer.push(chunk);
    analyzer.finish();
  }
  return seeds;
}

import { hexBytes } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { registry } from '../index.ts';
import { applicationExamples } from './applications.fixture.ts';
import { clusterExamples } from './clusters.fixture.ts';
import { dataExamples } from './data.fixture.ts';
import { earlyExamples } from './early.fixture.ts';
import type { Example } from './example.fixture.ts';
import { gameExamples } from './games.fixture.ts';
import { signatures } from './index.ts';
import { industrialExamples } from './industrial.fixture.ts';
import { SignatureMatcher } from './matcher.ts';
import { mediaExamples } from './media.fixture.ts';
import { networkExamples } from './network.fixture.ts';
import { playExamples } from './play.fixture.ts';
import { remoteExamples } from './remote.fixture.ts';
import { routingExamples } from './routing.fixture.ts';
import { serviceExamples } from './services.fixture.ts';
import { signature, type Signature } from './signature.ts';
import { systemExamples } from './systems.fixture.ts';
import { thingExamples } from './things.fixture.ts';
import { vpnExamples } from './vpn.fixture.ts';

const matcher = new SignatureMatcher(signatures);
const client = 40_000;
/** A port on which nothing is usual. */
const odd = 40_001;

const examples = [
  ...[...networkExamples, ...dataExamples, ...clusterExamples, ...vpnExamples, ...gameExamples, ...remoteExamples, ...serviceExamples],
  ...[...industrialExamples, ...mediaExamples, ...applicationExamples, ...playExamples, ...thingExamples, ...routingExamples],
  ...[...earlyExamples, ...systemExamples],
];

const judge = ({ transport, port = odd }: Example, bytes: Uint8Array, on = port) => {
  const scratch = new Uint8Array(bytes.length + 12).fill(0xee);
  scratch.set(bytes, 5);
  return matcher.match(transport, 0, scratch, 5, 5 + bytes.length, client, on);
};

describe('signatures', () => {
  it.each(examples)('tell $name over $transport, and not what is almost it', (given) => {
    expect(judge(given, given.bytes)?.name).toBe(given.name);
    expect(judge(given, given.near)?.name).not.toBe(given.name);
    for (let length = 0; length < given.bytes.length; length++) judge(given, given.bytes.slice(0, length));
  });

  it('all have an example', () => {
    const shown = new Set(examples.map((given) => judge(given, given.bytes)));
    expect(signatures.filter((one) => !shown.has(one)).map(({ name }) => name)).toEqual([]);
  });

  it('that have too little to go by are believed on their ports only', () => {
    for (const given of examples.filter(({ port }) => port !== undefined))
      if (judge(given, given.bytes)?.isPortBound) expect(judge(given, given.bytes, odd)?.isPortBound, given.name).not.toBe(true);
  });

  it('leave alone what protocols with records know', () => {
    for (const given of examples)
      for (const module of registry.filter(({ transports, name }) => transports.includes(given.transport) && name !== given.name))
        expect(
          module.probe(given.transport, 0, given.bytes, 0, given.bytes.length, client, given.port ?? odd),
          `${given.name} as ${module.name}`,
        ).not.toBe('yes');
  });

  it('take noise for a protocol less than once in 2,000 payloads where one payload is enough', () => {
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    let taken = 0;
    for (let i = 0; i < 100_000; i++) {
      const noise = Uint8Array.from({ length: 1 + random(120) }, () => random(256));
      for (const transport of ['tcp', 'udp'] as const) {
        const found = matcher.match(transport, 0, noise, 0, noise.length, client, 1 + random(65_535));
        if (found?.payloads === 1) taken++;
      }
    }
    expect(taken).toBeLessThan(100);
  });
});

describe('the matcher', () => {
  const match = (list: Signature[], bytes: string, port = odd) =>
    new SignatureMatcher(list).match('udp', 0, hexBytes(bytes), 0, hexBytes(bytes).length, client, port);

  it('compares fixed bytes, where `..` is any', () => {
    const list = [signature('a', 'udp', [], { starts: ['01..03', '..09'] })];
    expect(match(list, '01 77 03')?.name).toBe('a');
    expect(match(list, '55 09')?.name).toBe('a');
    expect(match(list, '01 77 04')).toBeNull();
    expect(match(list, '01 77')).toBeNull();
    expect(match(list, '')).toBeNull();
  });

  it('asks first what one payload is enough for', () => {
    const list = [signature('weak', 'udp', [], { payloads: 3 }), signature('sure', 'udp', [], { starts: ['01'] })];
    expect(match(list, '01')?.name).toBe('sure');
    expect(match(list, '02')?.name).toBe('weak');
  });

  it('knows transports apart', () => {
    expect(match([signature('a', 'tcp', [], {})], '01')).toBeNull();
    expect(match([signature('a', 'both', [], {})], '01')?.name).toBe('a');
  });
});

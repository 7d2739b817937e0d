import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { amplification } from './detector.ts';

const UDP = 17;
const victim = '203.0.113.7';
const script = () => new ContactScript((context) => amplification.create(context, optionValues(amplification.options)));
type Script = ReturnType<typeof script>;
const reflector = (i: number, among: number) => `192.0.2.${1 + (i % among)}`;

const request = (run: Script, from: string, to: string, port: number, payloadBytes: number) =>
  run.headers(from, to, { ipProtocol: UDP, sourcePort: 40_000, destinationPort: port, payloadBytes });
const response = (run: Script, from: string, to: string, port: number, payloadBytes: number) =>
  run.headers(from, to, { ipProtocol: UDP, sourcePort: port, destinationPort: 40_000, payloadBytes }, 1, [1, 1]);

interface Traffic {
  count: number;
  perSecond: number;
  port: number;
  /** Bytes of a request, 0 where the capture does not show it, and of its response. */
  bytes: readonly [number, number];
  reflectors?: number;
}

function reflect({ count, perSecond, port, bytes, reflectors = 1 }: Traffic, run = script()): Finding[] {
  for (let i = 0; i < count; i++) {
    run.at(1 + i / perSecond);
    const server = reflector(i, reflectors);
    if (bytes[0] > 0) request(run, victim, server, port, bytes[0]);
    response(run, server, victim, port, bytes[1]);
  }
  return run.finish();
}

describe('a reflected flood', () => {
  it('is silent at 99 responses and told at the hundredth, with the requests that were forged', () => {
    const flood = { perSecond: 1e6, port: 11_211, bytes: [15, 1400] } as const;
    expect(reflect({ ...flood, count: 99 })).toEqual([]);
    expect(reflect({ ...flood, count: 101 })).toMatchObject([
      {
        alertClass: 'flood.amplification',
        techniques: ['T1498.002'],
        entities: [
          { role: 'attacker', ip: '192.0.2.1' },
          { role: 'victim', ip: victim },
        ],
        evidence: { metric: 'large responses', value: 101, threshold: 100 },
        explanation: expect.stringContaining('memcached (port 11211)'),
      },
    ]);
  });

  it('is told at the victim, where no request was seen, and gives no names of very many reflectors', () => {
    expect(reflect({ count: 500, perSecond: 100, port: 123, bytes: [0, 440], reflectors: 50 })).toMatchObject([
      { entities: [{ role: 'victim', ip: victim }], explanation: expect.stringContaining('from 50 hosts') },
    ]);
  });

  it('of a hundred a second is told within two seconds', () => {
    const [finding] = reflect({ count: 1000, perSecond: 100, port: 19, bytes: [1, 1000] });
    expect(Number(finding!.detectedAt) / 1e9).toBeLessThan(1 + 2);
  });

  it('is no time server, however busy: its answers are as short as the questions', () => {
    expect(reflect({ count: 100_000, perSecond: 1000, port: 123, bytes: [48, 48] })).toEqual([]);
  });

  it('is no resolver: what it gets is not ten times what it asks for', () => {
    expect(reflect({ count: 100_000, perSecond: 1000, port: 53, bytes: [45, 300] })).toEqual([]);
    // The same in a capture of one side.
    expect(reflect({ count: 100_000, perSecond: 1000, port: 53, bytes: [0, 300] })).toEqual([]);
  });

  it('of DNS is told where the answers are as large as ordinary ones are not', () => {
    expect(reflect({ count: 500, perSecond: 500, port: 53, bytes: [36, 3000] })).toHaveLength(1);
    expect(reflect({ count: 500, perSecond: 500, port: 53, bytes: [0, 3000] })).toHaveLength(1);
  });

  it('is no answer of a whole network to a question by multicast', () => {
    const run = script();
    run.at(0.5);
    request(run, victim, '239.255.255.250', 1900, 130);
    expect(reflect({ count: 1000, perSecond: 300, port: 1900, bytes: [0, 350], reflectors: 40 }, run)).toEqual([]);
    expect(reflect({ count: 1000, perSecond: 300, port: 1900, bytes: [0, 350], reflectors: 40 })).toHaveLength(1);
  });

  it('is none of services that no one abuses', () => {
    expect(reflect({ count: 10_000, perSecond: 1000, port: 443, bytes: [30, 1400] })).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { beacon } from './detector.ts';

const script = () => new ContactScript((context) => beacon.create(context, optionValues(beacon.options)));
const [inside, other, outside] = ['10.0.0.9', '10.0.0.2', '203.0.113.9'];

/** A number from -1 to 1, the same for the same `i`. */
function wobble(i: number): number {
  return (((Math.imul(i + 1, 2_654_435_761) >>> 8) % 2001) - 1000) / 1000;
}

/** `count` connections, the next one `wait(i)` seconds after the one before, sending `bytes(i)`. */
function connect(
  count: number,
  wait: (i: number) => number,
  bytes: (i: number) => number = () => 300,
  destination = outside,
  run = script(),
  port = 443,
): Finding[] {
  let seconds = run.seconds;
  for (let i = 0; i < count; i++) {
    seconds += wait(i);
    const flow = run.at(seconds).syn(inside, destination, port);
    run.at(seconds + 0.5).ended(flow, seconds, [bytes(i), 1000]);
  }
  return run.finish();
}

/** As `connect`, by datagrams that are answered. */
function ask(count: number, seconds: number, port = 8888, destination = outside, sourcePort?: number, answer = 60): Finding[] {
  const run = script();
  for (let i = 0; i < count; i++) {
    const flow = run.at((i + 1) * seconds).datagram(inside, destination, port, sourcePort);
    run.at((i + 1) * seconds + 0.5).ended(flow, (i + 1) * seconds, [100, answer]);
  }
  return run.finish();
}

describe('a beacon over UDP', () => {
  it('is told at the eighth exchange from a new port each time', () => {
    expect(ask(7, 60)).toEqual([]);
    expect(ask(8, 60)).toMatchObject([{ alertClass: 'c2.beacon', explanation: expect.stringContaining(`${outside} UDP port 8888 8 times, every 60.0 s`) }]); // prettier-ignore
  });

  it('is no clock, name, call or tunnel, nothing within the network, no peer with a port of its own, and nothing without an answer', () => {
    for (const port of [53, 123, 443, 500, 3478, 4500, 5060, 51_820]) expect(ask(50, 60, port)).toEqual([]);
    expect(ask(50, 60, 8888, other)).toEqual([]);
    expect(ask(50, 600, 6881, outside, 6881)).toEqual([]);
    expect(ask(50, 60, 8888, outside, undefined, 0)).toEqual([]);
  });

  it('is told apart from connections to the same port', () => {
    const run = script();
    for (let i = 1; i <= 7; i++) {
      run.ended(run.at(i * 60).syn(inside, outside, 8888), i * 60, [300, 1000]);
      run.ended(run.at(i * 60 + 30).datagram(inside, outside, 8888), i * 60 + 30, [300, 1000]);
    }
    expect(run.finish()).toEqual([]);
  });
});

describe('a beacon', () => {
  it('is no look every two seconds whether a server of the network is there, and one every five is told', () => {
    expect(connect(100, () => 2, undefined, other)).toEqual([]);
    expect(connect(100, () => 5, undefined, other)).toHaveLength(1);
  });

  it('is silent at seven connections and told at the eighth', () => {
    expect(connect(7, () => 60)).toEqual([]);
    expect(connect(8, () => 60)).toMatchObject([
      {
        alertClass: 'c2.beacon',
        severity: 55,
        detectedAt: 480_500_000_000n,
        entities: [
          { role: 'attacker', ip: outside },
          { role: 'victim', ip: inside },
        ],
        evidence: { metric: 'connections by a timer', value: 8, threshold: 8, window: 420, packets: [1, 3, 5, 7, 9, 11, 13, 15] },
        explanation: expect.stringContaining(`${inside} connected to ${outside} port 443 8 times, every 60.0 s with 0 % jitter`),
      },
    ]);
  });

  it('is found with waits of half to one and a half times the timer, wherever it begins to be seen', () => {
    const found = (destination: string, connections: number) =>
      Array.from({ length: 100 }, (_, begin) =>
        connect(connections, (i) => 60 * (1 + wobble(100 * begin + i) / 2), undefined, destination),
      ).filter((findings) => findings.length === 1).length;
    expect(found(outside, 8)).toBeGreaterThanOrEqual(90);
    expect(found(outside, 30)).toBeGreaterThanOrEqual(95);
    expect(found(other, 30)).toBeGreaterThanOrEqual(85);
  });

  it('is no user who comes as he likes', () => {
    const found = Array.from({ length: 100 }, (_, begin) => connect(24, (i) => -60 * Math.log((1.001 + wobble(100 * begin + i)) / 2.002)));
    expect(found.flat()).toEqual([]);
  });

  it('within the network weighs less', () => {
    expect(connect(7, () => 60, undefined, other)).toEqual([]);
    expect(connect(8, () => 60, undefined, other)).toMatchObject([{ severity: 35 }]);
    const late = (percent: number) => (i: number) => 60 * (1 + (wobble(i) * percent) / 100);
    expect(connect(24, late(30), undefined, other)).toHaveLength(1);
    expect(connect(24, late(90), undefined, other)).toEqual([]);
  });
});

describe('a server of the network that bots ask', () => {
  /** Each client asks `other` every 10 s or so, `wait(client, i)` after the time before. */
  const ask = (clients: number, port: number, wait: (client: number, i: number) => number): Finding[] => {
    const run = script();
    const next = Array.from({ length: clients }, (_, client) => client);
    for (let i = 0; i < 20; i++)
      for (let client = 0; client < clients; client++) {
        const flow = run.at(next[client]!).syn(`10.0.0.${20 + client}`, other, port);
        run.ended(flow, next[client]!, [200, 300]);
        next[client]! += wait(client, i);
      }
    return run.finish();
  };
  const timed = (client: number, i: number): number => 10 * (1 + wobble(20 * client + i) / 10);

  it('is told for each of them at a rare port', () => {
    expect(ask(3, 4444, timed)).toHaveLength(3);
    expect(ask(12, 4444, timed)).toHaveLength(12);
  });

  it('is a server where people ask too, or where agents report', () => {
    const mixed = (client: number, i: number): number =>
      client < 2 ? timed(client, i) : -10 * Math.log((wobble(20 * client + i) + 1.001) / 2.002);
    expect(ask(5, 4444, mixed)).toEqual([]);
    for (const port of [80, 443, 8080, 10_051]) expect(ask(5, port, timed)).toEqual([]);
  });
});

describe('what is no beacon', () => {
  it('mail, shells and the like within the network, and the same outside is one', () => {
    for (const port of [22, 25, 445, 5432]) {
      expect(connect(50, () => 5, undefined, other, script(), port)).toEqual([]);
      expect(connect(50, () => 5, undefined, outside, script(), port)).toHaveLength(1);
    }
  });

  it('a balancer that looks each second whether the server is there, and sometimes has work for it', () => {
    const run = script();
    for (let i = 0; i < 200; i++) {
      const flow = run.at(i).syn(inside, other, 8080);
      run.ended(flow, i, i % 4 === 0 ? [80, 200] : [0, 0]);
    }
    expect(run.finish()).toEqual([]);
  });

  it('connections as people make them', () => {
    // Waits of an exponential law.
    expect(connect(200, (i) => -60 * Math.log((wobble(i) + 1.001) / 2.002))).toEqual([]);
  });

  it('a timer that sends something else each time', () => {
    expect(
      connect(
        50,
        () => 60,
        (i) => 100 * 2 ** (i % 8),
      ),
    ).toEqual([]);
  });

  it('polling many times a second', () => {
    expect(connect(200, () => 0.5)).toEqual([]);
  });

  it('what began by a timer and went on without one', () => {
    expect(connect(100, (i) => (i < 10 ? 60 : i % 3 === 0 ? 600 : 3))).toEqual([]);
  });

  it('a server of the network that others use too, and one outside is told however many use it', () => {
    const used = (destination: string): Finding[] => {
      const run = script();
      for (const client of ['10.0.0.20', '10.0.0.21']) {
        const flow = run.at(run.seconds + 1).syn(client, destination, 25);
        run.ended(flow, run.seconds, [100, 100]);
      }
      return connect(50, () => 5, undefined, destination, run);
    };
    expect(used(other)).toEqual([]);
    expect(used(outside)).toHaveLength(1);
  });

  it('the same server by IPv6, which one host only asks, but not what is behind a router', () => {
    const byIpv6 = (addresses: readonly string[]): Finding[] => {
      const run = script();
      const server = 'fd00::2';
      for (const address of [...addresses, server]) run.macs.set(address, 0x02_00_5e_10_00_0a);
      for (const client of ['10.0.0.20', '10.0.0.21', '10.0.0.22'])
        for (const address of addresses) run.ended(run.at(run.seconds + 1).syn(client, address, 80), run.seconds, [100, 100]);
      for (let i = 0; i < 50; i++) {
        const since = run.seconds + 19;
        run.ended(run.at(since).syn('fd00::9', server, 80), since, [300, 1000]);
      }
      return run.finish();
    };
    expect(byIpv6([other])).toEqual([]);
    expect(byIpv6([other, '10.0.1.1', '10.0.1.2', '10.0.1.3', '10.0.1.4'])).toHaveLength(1);
  });

  it('a balancer that calls two services of one host', () => {
    const run = script();
    for (let round = 0; round < 40; round++)
      for (const port of [80, 8080]) {
        const seconds = 5 * round + (port === 80 ? 0 : 2);
        run.at(seconds + 0.2).ended(run.at(seconds).syn(inside, other, port), seconds, [80, 200]);
      }
    expect(run.finish()).toEqual([]);
  });

  it('a monitor of several hosts of its network', () => {
    const run = script();
    for (let round = 0; round < 30; round++)
      for (let host = 1; host <= 4; host++) {
        const seconds = 60 * round + host;
        run.at(seconds + 0.2).ended(run.at(seconds).syn(inside, `10.0.1.${host}`, 80), seconds, [80, 200]);
      }
    expect(run.finish()).toEqual([]);
  });
});

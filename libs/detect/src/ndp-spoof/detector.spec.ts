import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { ndpSpoof } from './detector.ts';

const script = (changes = {}) => new ContactScript((context) => ndpSpoof.create(context, optionValues(ndpSpoof.options, changes)));
const [alice, gateway, evil] = [0x02_00_00_00_00_0a, 0x02_00_00_00_00_01, 0x02_00_00_00_00_66];
const [aliceIp, gatewayIp, bobIp] = ['2001:db8::a', '2001:db8::1', '2001:db8::b'];

/** `mac`, which has `source`, asks for `target`. */
const ask = (run: ContactScript, seconds: number, mac: number, source: string, target: string) =>
  run.at(seconds).neighbour(135, mac, { source, destination: 'ff02::1:ff00:1', target });
/** An answer as an owner gives it. */
const answer = (run: ContactScript, seconds: number, mac: number, target: string, destination: string, said = {}) =>
  run.at(seconds).neighbour(136, mac, { source: target, destination, target, isSolicited: true, isOverride: true, ...said });
const announce = (run: ContactScript, seconds: number, mac: number, target: string, said = {}) =>
  answer(run, seconds, mac, target, 'ff02::1', { isSolicited: false, ...said });

function acquainted(run: ContactScript, said = {}): ContactScript {
  ask(run, 0, alice, aliceIp, gatewayIp);
  answer(run, 0.001, gateway, gatewayIp, aliceIp, said);
  return run;
}
const classesOf = (run: ContactScript) => run.finish().map(({ alertClass }) => alertClass);

describe('an address that is taken', () => {
  it('is told of when it is forced on a single host twice', () => {
    const run = acquainted(script());
    answer(run, 10, evil, gatewayIp, aliceIp);
    expect(run.open()).toEqual([]);
    answer(run, 11, evil, gatewayIp, aliceIp);
    const open = run.open();
    expect(run.finish()).toEqual(open);
    expect(open).toMatchObject([
      {
        alertClass: 'ndp.spoof',
        techniques: ['T1557'],
        start: 10_000_000_000n,
        detectedAt: 11_000_000_000n,
        entities: [
          { role: 'attacker', mac: '02:00:00:00:00:66' },
          { role: 'victim', ip: gatewayIp },
          { role: 'victim', ip: aliceIp },
        ],
        evidence: { metric: 'advertisements that nobody needed', value: 2, threshold: 2, window: 300, packets: [3, 4] },
        explanation:
          '02:00:00:00:00:66 claimed 2001:db8::1 (of 02:00:00:00:00:01) and told so 2 times to hosts that did not ask, or beside its owner. ' +
          'The threshold is 2 within 300 s.',
      },
    ]);
  });

  it('is told of when two answer one question, whoever is first', () => {
    for (const order of [
      [gateway, evil],
      [evil, gateway],
    ]) {
      const run = acquainted(script());
      for (const seconds of [20, 60]) {
        ask(run, seconds, alice, aliceIp, gatewayIp);
        for (const [i, mac] of order.entries()) answer(run, seconds + (i + 1) / 1000, mac, gatewayIp, aliceIp);
      }
      expect(run.finish()).toMatchObject([{ entities: [{ mac: '02:00:00:00:00:66' }, {}, {}], evidence: { value: 2 } }]);
    }
  });

  it('is of the one that needs not force it, also when the other was heard first', () => {
    const run = script();
    answer(run, 0, evil, gatewayIp, aliceIp);
    answer(run, 1, evil, gatewayIp, aliceIp);
    ask(run, 2, gateway, gatewayIp, aliceIp);
    expect(run.finish()).toMatchObject([{ entities: [{ mac: '02:00:00:00:00:66' }, {}, {}], evidence: { value: 2, packets: [1, 2] } }]);
  });

  it('is told of when it is announced each time that its owner has used it', () => {
    for (const [count, alerts] of [
      [2, []],
      [3, ['ndp.spoof']],
    ] as const) {
      const run = acquainted(script());
      for (let i = 1; i <= count; i++) {
        announce(run, 10 * i, evil, aliceIp);
        ask(run, 10 * i + 5, alice, aliceIp, bobIp);
      }
      expect(classesOf(run)).toEqual(alerts);
    }
  });

  it("is told of at once when it is a router's and the one who announces it says that it is none", () => {
    const run = acquainted(script(), { isRouter: true });
    announce(run, 5, evil, gatewayIp);
    expect(run.finish()).toMatchObject([
      { alertClass: 'ndp.spoof', evidence: { metric: 'changes of the address', value: 1, threshold: 1 }, destinationIp: { length: 16 } },
    ]);
  });

  it('is one incident with others that the same host takes, and ends after a quiet time', () => {
    const run = acquainted(script());
    for (let i = 1; i < 4; i++) {
      answer(run, 10 * i, evil, gatewayIp, aliceIp);
      answer(run, 10 * i, evil, aliceIp, gatewayIp);
    }
    run.at(400);
    expect(run.open()).toEqual([]);
    expect(run.finish()).toMatchObject([{ evidence: { value: 6 }, confidence: 0.9, sourceIp: null, destinationIp: null }]);
  });
});

describe('these stay quiet:', () => {
  it.each([
    [
      'an address that fails over, announced three times at each move',
      (run: ContactScript) => {
        for (const [i, mac] of [evil, gateway, evil].entries())
          for (let j = 0; j < 3; j++) announce(run, 10 + 160 * i + j, mac, gatewayIp, { isRouter: true });
      },
    ],
    [
      'a proxy that answers for many of another network, with and without override, beside their owners there',
      (run: ContactScript) => {
        for (let i = 2; i < 40; i++) {
          ask(run, i, alice, aliceIp, `2001:db8::1:${i}`);
          answer(run, i + 0.01, gateway, `2001:db8::1:${i}`, aliceIp, { isOverride: i % 2 === 0 });
          ask(run, i + 0.02, gateway, gatewayIp, `2001:db8::1:${i}`);
          answer(run, i + 0.03, 0x02_00_00_00_01_00 + i, `2001:db8::1:${i}`, gatewayIp);
        }
      },
    ],
    [
      'several servers with one anycast address',
      (run: ContactScript) => {
        for (let i = 0; i < 20; i++) {
          ask(run, i, alice, aliceIp, bobIp);
          for (const mac of [gateway, evil]) answer(run, i + 0.01, mac, bobIp, aliceIp, { isOverride: false });
        }
      },
    ],
    [
      'an address that another host gets long after',
      (run: ContactScript) => {
        for (let i = 0; i < 3; i++) ask(run, 400 + i, evil, gatewayIp, aliceIp);
        for (let i = 0; i < 3; i++) answer(run, 410 + i, evil, gatewayIp, aliceIp);
      },
    ],
    [
      'a virtual router that shares an address with its routers',
      (run: ContactScript) => {
        for (let i = 0; i < 9; i++) announce(run, 10 + i, i % 2 ? 0x00_00_5e_00_02_01 : gateway, gatewayIp, { isRouter: true });
      },
    ],
    [
      'new random addresses of hosts that change them',
      (run: ContactScript) => {
        for (let i = 0; i < 50; i++) {
          run.at(i).neighbour(135, alice, { target: `2001:db8::2:${i}`, linkMac: -1 });
          announce(run, i + 1, alice, `2001:db8::2:${i}`);
        }
      },
    ],
    [
      'the same address in two VLANs',
      (run: ContactScript) => {
        for (let i = 0; i < 9; i++) announce(run, 10 + i, i % 2 ? evil : gateway, bobIp, { vlan: 1 + (i % 2) });
      },
    ],
  ])('%s', (_, traffic) => {
    const run = acquainted(script());
    traffic(run);
    expect(run.finish()).toEqual([]);
  });
});

describe('addresses that are denied', () => {
  const tries = (run: ContactScript, seconds: number, target: string) => run.at(seconds).neighbour(135, alice, { target, linkMac: -1 });

  it('are told of from the second on, as long as it goes on', () => {
    const run = script();
    for (let i = 0; i < 3; i++) {
      tries(run, i, `2001:db8::2:${i}`);
      for (const wait of [0.01, 0.02]) announce(run, i + wait, evil + i, `2001:db8::2:${i}`);
      expect(run.open()).toHaveLength(i === 0 ? 0 : 1);
    }
    run.at(100);
    expect(run.open()).toEqual([]);
    expect(run.finish()).toMatchObject([
      {
        alertClass: 'ndp.dad-denial',
        techniques: ['T1499'],
        detectedAt: 1_010_000_000n,
        entities: [{ mac: '02:00:00:00:00:66' }, {}, {}, { role: 'victim', mac: '02:00:00:00:00:0a' }],
        evidence: { value: 3, threshold: 2, packets: [2, 5, 8] },
      },
    ]);
  });

  it('are not where their owner was there before, the host hears itself, or nobody tried them just now', () => {
    const run = script();
    for (let i = 0; i < 5; i++) {
      const target = `2001:db8::2:${i}`;
      announce(run, 10 * i, gateway, target);
      tries(run, 10 * i + 1, target);
      announce(run, 10 * i + 1.1, gateway, target);
      tries(run, 10 * i + 2, `2001:db8::3:${i}`);
      announce(run, 10 * i + 2.1, alice, `2001:db8::3:${i}`);
      announce(run, 10 * i + 9, evil, `2001:db8::3:${i}`);
    }
    expect(run.finish()).toEqual([]);
  });
});

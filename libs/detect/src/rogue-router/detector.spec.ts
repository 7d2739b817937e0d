import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { rogueRouter } from './detector.ts';

const script = (changes = {}) => new ContactScript((context) => rogueRouter.create(context, optionValues(rogueRouter.options, changes)));
const [router, second, evil] = [0x02_00_00_00_00_01, 0x02_00_00_00_00_02, 0x02_00_00_00_00_66];
const addresses = new Map([router, second, evil].map((mac) => [mac, `fe80::${mac.toString(16).slice(-2)}`]));
const prefix = '2001:db8:1::';

/** A router advertises `prefixes`, by default those of the network. */
function advertise(run: ContactScript, seconds: number, mac: number, prefixes: string[] = [prefix], said = {}): void {
  run.at(seconds).neighbour(134, mac, { source: addresses.get(mac) ?? 'fe80::99', lifetime: 1800, prefixes, ...said });
}
/** It is a router no more. */
const withdraw = (run: ContactScript, seconds: number, mac: number, said = {}) =>
  advertise(run, seconds, mac, [], { lifetime: 0, ...said });
/** A host that was asked for tells whether it is a router. */
const tell = (run: ContactScript, seconds: number, mac: number, isRouter: boolean) =>
  run.at(seconds).neighbour(136, mac, { source: addresses.get(mac)!, target: addresses.get(mac)!, isRouter, isSolicited: true });

it('tells of a router that leads elsewhere, with what it gives and whom it displaces', () => {
  const run = script();
  advertise(run, 0, router);
  advertise(run, 5, evil, ['fd00:bad::'], { dnsServers: ['fd00:bad::53'] });
  advertise(run, 10, evil, ['fd00:bad::'], { dnsServers: ['fd00:bad::53'] });
  expect(run.finish()).toMatchObject([
    {
      alertClass: 'ndp.rogue-router',
      techniques: ['T1557'],
      entities: [
        { role: 'attacker', ip: 'fe80::66', mac: '02:00:00:00:00:66' },
        { role: 'victim', ip: 'fe80::1' },
      ],
      start: 5_000_000_000n,
      detectedAt: 5_000_000_000n,
      evidence: { metric: 'advertisements that lead elsewhere', value: 2, threshold: 1, packets: [1, 2, 3] },
      explanation:
        '02:00:00:00:00:66 (fe80::66) advertised itself as a router 2 times, though fe80::1 was here before it: it gives prefix fd00:bad:: ' +
        'and DNS server fd00:bad::53. The threshold is 1 within 1800 s.',
    },
  ]);
});

it.each([
  ['a router that gives no prefix, where the others give some', [], 1],
  ['one that gives a prefix of its own beside that of the others', [prefix, 'fd00:bad::'], 1],
  ['one that shares the prefix of the first, as for fail-over', [prefix], 0],
])('counts %s', (_, prefixes, alerts) => {
  const run = script();
  advertise(run, 0, router);
  advertise(run, 5, second, prefixes);
  expect(run.finish()).toHaveLength(alerts);
});

it('tells of one that shares the prefix but says to its neighbours that it is no router', () => {
  const run = script();
  advertise(run, 0, router);
  tell(run, 1, evil, false);
  advertise(run, 5, evil);
  expect(run.finish()).toMatchObject([{ alertClass: 'ndp.rogue-router', confidence: 0.9, entities: [{ ip: 'fe80::66' }, {}] }]);
});

it('needs as many advertisements as the option says', () => {
  for (const [count, alerts] of [
    [2, 0],
    [3, 1],
  ] as const) {
    const run = script({ advertisements: 3 });
    advertise(run, 0, router);
    for (let i = 1; i <= count; i++) advertise(run, i, evil, ['fd00:bad::']);
    expect(run.finish()).toHaveLength(alerts);
  }
});

it('does not take the first to advertise itself for the right one when another was known as a router before it', () => {
  const run = script();
  tell(run, 0, router, true);
  advertise(run, 1, evil, ['fd00:bad::']);
  advertise(run, 2, router);
  advertise(run, 3, evil, ['fd00:bad::']);
  expect(run.finish()).toMatchObject([{ entities: [{ ip: 'fe80::66' }, { ip: 'fe80::1' }], evidence: { value: 1 } }]);
});

it('leaves a router alone that follows one whose time is over, or that left', () => {
  const run = script();
  advertise(run, 0, router, [prefix], { lifetime: 60 });
  advertise(run, 61, second, ['2001:db8:2::']);
  for (let i = 0; i < 3; i++) withdraw(run, 80 + 3 * i, second);
  advertise(run, 90, router, ['2001:db8:3::']);
  expect(run.finish()).toEqual([]);
});

it('leaves those alone that are no default routers: border routers of other networks give routes only', () => {
  const run = script();
  advertise(run, 0, router);
  for (let i = 1; i < 5; i++) advertise(run, i, second, ['fd00:aa::'], { lifetime: 0 });
  expect(run.finish()).toEqual([]);
});

it('keeps the VLANs apart', () => {
  const run = script();
  advertise(run, 0, router, [prefix], { vlan: 1 });
  advertise(run, 1, second, ['2001:db8:2::'], { vlan: 2 });
  expect(run.finish()).toEqual([]);
});

it('tells of a router that moves to another hardware address only if it leads elsewhere then', () => {
  const moved = script();
  advertise(moved, 0, router);
  advertise(moved, 1, second, [prefix], { source: 'fe80::1' });
  expect(moved.finish()).toEqual([]);
  const taken = script();
  advertise(taken, 0, router);
  advertise(taken, 1, evil, ['fd00:bad::'], { source: 'fe80::1' });
  expect(taken.finish()).toMatchObject([{ alertClass: 'ndp.rogue-router', entities: [{ mac: '02:00:00:00:00:66' }, {}] }]);
});

it.each([
  ['by another host', (run: ContactScript) => withdraw(run, 100, evil, { source: 'fe80::1' }), 1],
  ['within a second of its own words, in others', (run: ContactScript) => withdraw(run, 0.1, router, { linkMac: -1 }), 1],
  ['by itself', (run: ContactScript) => withdraw(run, 100, router), 0],
  ['by a virtual router', (run: ContactScript) => withdraw(run, 100, 0x00_00_5e_00_02_07, { source: 'fe80::1' }), 0],
])('judges a router that is withdrawn %s', (_, withdrawn, alerts) => {
  const run = script();
  advertise(run, 0, router);
  withdrawn(run);
  expect(run.finish().map(({ alertClass }) => alertClass)).toEqual(alerts ? ['ndp.router-kill'] : []);
});

it('tells of a router that comes and goes as often as the option says', () => {
  for (const [count, alerts] of [
    [2, 0],
    [3, 1],
  ] as const) {
    const run = script();
    for (let i = 0; i < count; i++) {
      advertise(run, 20 * i, router);
      withdraw(run, 20 * i + 10, router);
    }
    expect(run.finish()).toHaveLength(alerts);
  }
});

it('tells of a flood of routers as one, and of a rogue that was there before it', () => {
  const run = script();
  advertise(run, 0, router);
  advertise(run, 1, evil, ['fd00:bad::']);
  for (let i = 0; i < 50; i++) advertise(run, 20 + i / 100, 0x02_00_00_01_00_00 + i, [`fd00:${i}::`], { source: `fe80::1:${i}` });
  advertise(run, 30, evil, ['fd00:bad::']);
  expect(run.finish()).toMatchObject([
    { alertClass: 'ndp.router-flood', evidence: { value: 50, threshold: 10 }, detectedAt: 20_090_000_000n },
    { alertClass: 'ndp.rogue-router', entities: [{ ip: 'fe80::66' }, {}], evidence: { value: 2 } },
  ]);
});

it('shows what goes on as it will be told at the end', () => {
  const run = script();
  advertise(run, 0, router);
  advertise(run, 1, evil, ['fd00:bad::']);
  expect(run.open()).toEqual([]);
  run.at(4);
  const open = run.open();
  expect(open).toHaveLength(1);
  expect(run.finish()).toEqual(open);
});

it('is over after a quiet time', () => {
  const run = script();
  advertise(run, 0, router);
  advertise(run, 1, evil, ['fd00:bad::']);
  withdraw(run, 2, evil, { source: 'fe80::1' });
  run.at(5000);
  expect(run.open()).toEqual([]);
  expect(run.findings.map(({ alertClass }) => alertClass)).toEqual(['ndp.router-kill', 'ndp.rogue-router']);
});

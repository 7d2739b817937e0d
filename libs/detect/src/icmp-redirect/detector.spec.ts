import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { icmpRedirect } from './detector.ts';

const script = (changes = {}) => new ContactScript((context) => icmpRedirect.create(context, optionValues(icmpRedirect.options, changes)));
const [router, client, evil, web] = ['10.0.0.1', '10.0.0.9', '10.0.0.66', '203.0.113.7'];
const [routerMac, clientMac, evilMac, otherMac] = [0x0200_0000_0001, 0x0200_0000_0009, 0x0200_0000_0066, 0x0200_0000_0002];
const [router6, client6, evil6, web6] = ['fe80::1', 'fe80::9', 'fe80::66', '2001:db8::7'];
const VIRTUAL_MAC = 0x0000_5e00_0101;

/** `mac` tells the client in the name of the router that `target` leads to `about`. */
function redirect(run: ContactScript, seconds: number, mac: number, target: string, about = web, linkMac = -1): void {
  const isV6 = target.includes(':');
  const [source, destination] = isV6 ? [router6, client6] : [router, client];
  run.at(seconds).neighbour(isV6 ? 137 : 5, mac, { source, destination, target, about, linkMac });
}

it('tells of a redirect to its own sender, known by ARP before', () => {
  const run = script();
  run.at(1).arpRequest(evilMac, evil, client);
  redirect(run, 2, evilMac, evil);
  const open = run.open();
  expect(run.finish()).toEqual(open);
  expect(open).toMatchObject([
    {
      alertClass: 'icmp.redirect',
      techniques: ['T1557'],
      confidence: 0.9,
      entities: [
        { role: 'attacker', ip: evil, mac: '02:00:00:00:00:66' },
        { role: 'victim', ip: client },
        { role: 'victim', ip: router },
      ],
      evidence: { metric: 'redirects that no router sends', value: 1, threshold: 1, window: 300, packets: [1, 2] },
      explanation:
        `02:00:00:00:00:66 told ${client}, in the name of the router ${router}, to reach ${web} by ${evil}, which is itself; ` +
        '1 such redirect in 0 ms. Routers lead to other routers only. The threshold is 1 within 300 s.',
    },
  ]);
});

it('tells of it when the sender is known only after it, if that is soon', () => {
  const run = script();
  redirect(run, 1, evilMac, evil);
  run.at(2).arpReply(evilMac, evil, client, clientMac);
  redirect(run, 400, evilMac, '10.0.0.67');
  run.at(500).arpReply(evilMac, '10.0.0.67', client, clientMac);
  expect(run.finish()).toMatchObject([{ evidence: { value: 1, packets: [1, 2] } }]);
});

it('tells of one by IPv6 that gives the hardware address of its sender, or leads to a host that is no router', () => {
  const run = script();
  redirect(run, 1, evilMac, evil6, web6, evilMac);
  run.at(900).neighbour(136, otherMac, { source: 'fe80::2', target: 'fe80::2', isRouter: false });
  redirect(run, 901, evilMac, 'fe80::2', web6);
  expect(run.finish()).toMatchObject([
    { confidence: 0.9, evidence: { packets: [1] } },
    { confidence: 0.8, evidence: { packets: [2, 3] } },
  ]);
});

it('waits for what an IPv6 host says of itself, and blames it, not the router whose hardware address was used', () => {
  const run = script();
  run.at(1).neighbour(135, evilMac, { source: evil6, target: client6 });
  redirect(run, 2, routerMac, evil6, web6);
  run.at(3).neighbour(135, evilMac, { source: evil6, target: client6 });
  expect(run.open()).toEqual([]);
  run.at(7).neighbour(136, evilMac, { source: evil6, target: evil6, isRouter: false });
  expect(run.finish()).toMatchObject([
    {
      entities: [{ role: 'attacker', ip: evil6, mac: '02:00:00:00:00:66' }, { ip: client6 }, { ip: router6 }],
      evidence: { packets: [2, 4] },
      explanation: expect.stringContaining(`of which 02:00:00:00:00:66 says that it is no router; 1 such redirect`),
    },
  ]);
});

it.each([true, false])('tells of one to a third host, or to nobody, whose sender asks who the router is (before: %s)', (isBefore) => {
  for (const target of ['10.0.0.2', '10.0.0.222']) {
    const run = script();
    run.at(1).arpReply(routerMac, router, evil, evilMac);
    run.at(1).arpReply(otherMac, '10.0.0.2', evil, evilMac);
    if (isBefore) run.at(2).arpQuestion(evilMac, evil, router, routerMac);
    redirect(run, 3, evilMac, target);
    if (!isBefore) run.at(4).arpRequest(evilMac, evil, router);
    expect(run.finish()).toMatchObject([
      {
        sourceIp: null,
        entities: [
          { role: 'attacker', mac: '02:00:00:00:00:66' },
          { role: 'victim', ip: client },
          { role: 'victim', ip: router },
        ],
        evidence: { value: 1, packets: [3, 4] },
        explanation: expect.stringContaining(`to reach ${web} by ${target}, though it asks by ARP who that router is`),
      },
    ]);
  }
});

it('tells of a flood of them once', () => {
  const run = script();
  for (let i = 0; i < 1000; i++) redirect(run, i / 100, evilMac + i, `fe80::${(100 + i).toString(16)}`, web6, evilMac + i);
  expect(run.finish()).toMatchObject([{ evidence: { value: 1000 } }]);
});

it.each<[string, (run: ContactScript) => void]>([
  [
    'to another router',
    (run) => {
      run.at(1).arpReply(otherMac, '10.0.0.2', client, clientMac);
      redirect(run, 2, routerMac, '10.0.0.2');
      run.at(3).arpReply(routerMac, router, client, clientMac);
      run.at(4).neighbour(134, otherMac, { source: 'fe80::2', lifetime: 1800 });
      run.at(4).arpRequest(routerMac, router, client);
      run.at(4).arpRequest(routerMac, router, router);
      run.at(4).arpRequest(routerMac, '10.0.0.3', '10.0.0.2');
      redirect(run, 5, routerMac, '10.0.0.2');
      redirect(run, 5, routerMac, 'fe80::2', web6, otherMac);
      run.at(6).neighbour(136, otherMac, { source: 'fe80::2', target: 'fe80::2', isRouter: true });
      redirect(run, 7, routerMac, 'fe80::2', web6, otherMac);
    },
  ],
  [
    'that come from another hardware address than the router has, as of those that share one',
    (run) => {
      run.at(1).arpReply(VIRTUAL_MAC, router, client, clientMac);
      run.at(1).arpReply(otherMac, '10.0.0.2', client, clientMac);
      redirect(run, 2, routerMac, '10.0.0.2');
      redirect(run, 2, VIRTUAL_MAC, '10.0.0.2');
    },
  ],
  [
    'to a neighbour in whose name the router answers',
    (run) => {
      run.at(1).arpReply(routerMac, '10.0.0.50', client, clientMac);
      redirect(run, 2, routerMac, '10.0.0.50', '10.0.0.50');
    },
  ],
  [
    'to a host of which a VLAN does not know',
    (run) => {
      redirect(run, 1, routerMac, '10.0.0.2');
    },
  ],
])('leaves redirects alone %s', (_, play) => {
  const run = script();
  play(run);
  expect(run.open()).toEqual([]);
  expect(run.finish()).toEqual([]);
});

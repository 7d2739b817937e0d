import { parseIp } from '@wirecase/contract';
import { dnsRecord, nbnsRecord } from '@wirecase/protocols';
import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { namePoisoning } from './detector.ts';

const script = (changes = {}) =>
  new ContactScript((context) => namePoisoning.create(context, optionValues(namePoisoning.options, changes)));
const [client, evil, evil6, server] = ['10.0.0.9', '10.0.0.66', 'fe80::66', '10.0.0.5'];

/** `host` answers that `name`, asked of all by LLMNR, is `address`. */
function llmnr(run: ContactScript, seconds: number, name: string, host: string, address = host, said = {}): void {
  run.at(seconds).record(dnsRecord, {
    ...{ questionName: name, responseCode: 'NOERROR', resolvedIps: [parseIp(address)], rtt: null },
    ...{
      sourceIp: parseIp(host.includes(':') ? 'fe80::9' : client),
      sourcePort: 50_000,
      destinationIp: parseIp(host),
      destinationPort: 5355,
    },
    ...said,
  });
}

/** The same by NetBIOS. */
function netbios(run: ContactScript, seconds: number, name: string, host: string, address = host, said = {}): void {
  run.at(seconds).record(nbnsRecord, {
    ...{
      operation: 'query',
      responseCode: 'NOERROR',
      name,
      service: 'file_server',
      isGroup: false,
      isBroadcast: false,
      questionType: null,
    },
    ...{ addresses: [parseIp(address)], sourceIp: parseIp(host), sourcePort: 137, destinationIp: parseIp(client), destinationPort: 137 },
    ...said,
  });
}

it('tells of a host that answers for three names, by whichever protocol', () => {
  const run = script();
  llmnr(run, 1, 'wpad', evil);
  netbios(run, 1.5, 'WPAD', evil);
  llmnr(run, 60, 'fileserv', evil);
  expect(run.open()).toEqual([]);
  netbios(run, 90, 'PRNTER', evil);
  const open = run.open();
  llmnr(run, 90.5, 'prnter', evil);
  expect(run.finish()).toEqual(open);
  expect(open).toMatchObject([
    {
      alertClass: 'names.poisoned',
      techniques: ['T1557.001'],
      confidence: 0.8,
      detectedAt: 90_000_000_000n,
      entities: [
        { role: 'attacker', ip: evil },
        { role: 'victim', ip: client },
      ],
      evidence: { metric: 'names led to one address', value: 3, threshold: 3, window: 3600, packets: [1, 3, 4] },
      explanation:
        `${evil} answered for 3 names that were asked of all neighbours (wpad, fileserv, prnter) and said that each is ${evil}, in 89.0 s. ` +
        'A host has one or two names of its own. The threshold is 3 within 3600 s.',
    },
  ]);
});

it('tells once of a host that answers by IPv4 and IPv6, and of the one that others are led to', () => {
  const run = script();
  for (const [i, name] of ['wpad', 'files', 'mail', 'intranet'].entries()) {
    llmnr(run, i, name, evil);
    llmnr(run, i, name, evil, evil6);
    llmnr(run, i, name, evil6, evil6);
    llmnr(run, i, name, evil6, evil);
  }
  expect(run.finish()).toMatchObject([
    { evidence: { value: 4 }, entities: [{ ip: evil }, { ip: evil6 }, { ip: client }, { ip: 'fe80::9' }] },
  ]);
  const other = script();
  for (const name of ['wpad', 'files', 'mail']) netbios(other, 1, name, evil, '10.0.0.99');
  expect(other.finish()).toMatchObject([{ entities: [{ ip: evil }, { ip: '10.0.0.99' }, { role: 'victim', ip: client }] }]);
});

it('knows who answered within a flow that the client began', () => {
  const run = script();
  for (const name of ['A', 'B', 'C']) netbios(run, 1, name, evil, evil, { sourceIp: parseIp(client), destinationIp: parseIp(evil) });
  expect(run.finish()).toMatchObject([
    {
      entities: [
        { role: 'attacker', ip: evil },
        { role: 'victim', ip: client },
      ],
    },
  ]);
});

it.each<[string, (run: ContactScript, i: number) => void]>([
  [
    'of its own, by its names of DNS and NetBIOS',
    (run, i) => (llmnr(run, i, 'averyverylongname.local', server), netbios(run, i, 'AVERYVERYLONGNA', server)),
  ],
  ['of which it has two', (run, i) => llmnr(run, i, `name${i % 2}`, server)],
  ['that a server was asked for alone', (run, i) => netbios(run, i, `N${i}`, server, server, { questionType: 'NB' })],
  ['of groups', (run, i) => netbios(run, i, `N${i}`, server, server, { isGroup: true })],
  ['of domains and users', (run, i) => netbios(run, i, `N${i}`, server, server, { service: 'messenger' })],
  [
    'of others, with an address each',
    (run, i) => (llmnr(run, i, `role${i}`, server, `10.0.1.${i}`), netbios(run, i, `R${i}`, server, `10.0.1.${i}`)),
  ],
  [
    'that it denies',
    (run, i) => (
      llmnr(run, i, `n${i}`, server, server, { responseCode: 'NXDOMAIN' }),
      netbios(run, i, `N${i}`, server, server, { responseCode: 'NAM_ERR' })
    ),
  ],
  ['that were asked of a DNS server', (run, i) => llmnr(run, i, `n${i}`, server, server, { destinationPort: 53 })],
  ['that it registers', (run, i) => netbios(run, i, `N${i}`, server, server, { operation: 'registration' })],
  ['that come far apart', (run, i) => llmnr(run, 2000 * i, `n${i}`, server)],
])('leaves names alone %s', (_, answer) => {
  const run = script();
  for (let i = 0; i < 8; i++) answer(run, i);
  expect(run.finish()).toEqual([]);
});

it('is over after a quiet time', () => {
  const run = script();
  for (const name of ['a', 'b', 'c']) llmnr(run, 1, name, evil);
  run.at(4000);
  expect(run.open()).toEqual([]);
  for (const name of ['a', 'b', 'c', 'd']) llmnr(run, 4000, name, evil);
  expect(run.finish().map(({ evidence }) => evidence.value)).toEqual([3, 4]);
});

it('forgets hosts that answer for their own names before it forgets an incident', () => {
  const run = script();
  for (const name of ['a', 'b', 'c']) llmnr(run, 1, name, evil);
  for (let i = 0; i < 10_000; i++) llmnr(run, 2, `host${i}`, `10.1.${i >> 8}.${i & 255}`);
  llmnr(run, 3, 'd', evil);
  expect(run.finish()).toMatchObject([{ evidence: { value: 4 } }]);
});

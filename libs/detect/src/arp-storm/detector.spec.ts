import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { arpStorm } from './detector.ts';

const script = () => new ContactScript((context) => arpStorm.create(context, optionValues(arpStorm.options)));
const [evil, other] = [0x0200_0000_0066, 0x0200_0000_0009];

/** `count` requests from `begin` on, `rate` a second. */
function requests(run: ContactScript, mac: number, begin: number, count: number, rate: number): void {
  for (let i = 0; i < count; i++) run.at(begin + i / rate).arpRequest(mac, '10.0.0.66', `10.0.${(i >> 8) & 255}.${i & 255}`);
}

it('is told at the thousandth packet within a second', () => {
  const run = script();
  requests(run, evil, 0, 999, 1000);
  expect(run.open()).toEqual([]);
  requests(run, evil, 0.999, 501, 1000);
  const open = run.open();
  expect(run.finish()).toEqual(open);
  expect(open).toMatchObject([
    {
      alertClass: 'flood.arp',
      detectedAt: 999_000_000n,
      confidence: 0.7,
      entities: [{ role: 'attacker', mac: '02:00:00:00:00:66' }],
      evidence: { value: 1500, threshold: 1000, window: 1 },
      explanation:
        '02:00:00:00:00:66 sent 1500 ARP packets to all in 1.5 s, which every host has to look at. The threshold is 1000 within 1 s.',
    },
  ]);
  expect(open[0]!.evidence.packets).toHaveLength(50);
  expect(open[0]!.evidence.packets.at(-1)).toBe(1000);
});

it('is two when a minute lies between, of answers to all too, and not who answers one host', () => {
  const run = script();
  requests(run, evil, 0, 2000, 2000);
  for (let i = 0; i < 1200; i++) run.at(70 + i / 1200).arpReply(evil, '10.0.0.66', '10.0.0.9');
  for (let i = 0; i < 1200; i++) run.at(72 + i / 1200).arpReply(other, '10.0.0.9', '10.0.0.66', evil);
  expect(run.finish()).toMatchObject([{ confidence: 0.9, evidence: { value: 2000 } }, { evidence: { value: 1200 } }]);
});

it('is no fast scan of a network, no router that asks for hundreds of hosts a second, and no crowd', () => {
  const run = script();
  requests(run, evil, 0, 254, 5000);
  requests(run, evil, 10, 20_000, 900);
  for (let i = 0; i < 5000; i++) run.at(60 + i / 5000).arpRequest(other + (i % 500), '10.0.0.9', '10.0.0.1');
  expect(run.finish()).toEqual([]);
});

import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { arpSpoof } from './detector.ts';

const script = () => new ContactScript((context) => arpSpoof.create(context, optionValues(arpSpoof.options)));
const [gateway, host, attacker] = ['10.0.0.1', '10.0.0.2', '10.0.0.66'];
const [gatewayMac, hostMac, attackerMac] = [0x02_00_00_00_00_01, 0x02_00_00_00_00_02, 0x02_00_00_00_00_66];

/** The host asks for the gateway and gets its answer. */
function resolve(run: ContactScript, seconds: number, mac = gatewayMac): void {
  run.at(seconds).arpRequest(hostMac, host, gateway);
  run.at(seconds + 0.001).arpReply(mac, gateway, host, hostMac);
}

describe('ARP spoofing', () => {
  it('fires at the first answer that nobody asked for when the address is known to be of another, naming both MACs', () => {
    const run = script();
    resolve(run, 0);
    for (let i = 0; i < 3; i++) run.at(10 + 2 * i).arpReply(attackerMac, gateway, host, hostMac);
    expect(run.finish()).toEqual([
      {
        start: 10_000_000_000n,
        end: 14_000_000_000n,
        detectedAt: 10_000_000_000n,
        severity: 75,
        confidence: 0.9,
        techniques: ['T1557.002'],
        sourceIp: null,
        destinationIp: Uint8Array.of(10, 0, 0, 1),
        alertClass: 'arp.spoof',
        entities: [
          { role: 'attacker', mac: '02:00:00:00:00:66' },
          { role: 'victim', ip: gateway },
          { role: 'victim', ip: host },
        ],
        evidence: { metric: 'unsolicited ARP answers', value: 3, threshold: 1, window: 300, packets: [3, 4, 5] },
        explanation:
          '02:00:00:00:00:66 claimed 10.0.0.1 (of 02:00:00:00:00:01) and sent 3 answers that nobody asked for, to 10.0.0.2. The threshold is 1 within 300 s.',
      },
    ]);
  });

  it('fires at an answer that comes after the true one, to a question that nobody waits for any longer', () => {
    const run = script();
    resolve(run, 0);
    run.at(1.6).arpReply(attackerMac, gateway, host, hostMac);
    expect(run.finish()).toMatchObject([{ alertClass: 'arp.spoof', detectedAt: 1_600_000_000n }]);
  });

  it('does not fire when two hosts answer one question at once, as routers do that stand in for others', () => {
    const run = script();
    resolve(run, 0);
    run.at(0.1).arpReply(attackerMac, gateway, host, hostMac);
    expect(run.finish()).toEqual([]);
  });

  it('knows the address from IP frames, too', () => {
    const run = script();
    run.macs.set(gateway, gatewayMac);
    run.at(0).syn(gateway, host, 22);
    run.at(10).arpReply(attackerMac, gateway, host, hostMac);
    expect(run.finish()).toMatchObject([{ detectedAt: 10_000_000_000n }]);
  });

  it('fires at the first question to a single host in the name of another', () => {
    const run = script();
    resolve(run, 0);
    run.at(10).arpQuestion(attackerMac, gateway, host, hostMac);
    expect(run.finish()).toMatchObject([
      { alertClass: 'arp.spoof', entities: [{ mac: '02:00:00:00:00:66' }, { ip: gateway }, { ip: host }] },
    ]);
  });

  it('needs two when the address is known of nobody and the sender asks from its own, before or afterwards; three otherwise', () => {
    const forced = (count: number, ownAt: number | null): Finding[] => {
      const run = script();
      if (ownAt === 0) run.at(0).arpRequest(attackerMac, attacker, '10.0.0.9');
      for (let i = 0; i < count; i++) run.at(10 + i).arpReply(attackerMac, gateway, host, hostMac);
      if (ownAt === 20) run.at(20).arpRequest(attackerMac, attacker, '10.0.0.9');
      return run.finish();
    };
    for (const ownAt of [0, 20]) {
      expect(forced(1, ownAt)).toEqual([]);
      expect(forced(2, ownAt)).toMatchObject([{ evidence: { value: 2, threshold: 2 } }]);
    }
    expect(forced(9, null)).toEqual([]);
  });

  it('is one finding for both ends of a conversation that is taken over, with the address of the attacker', () => {
    const run = script();
    run.at(0).arpRequest(attackerMac, attacker, host);
    for (let i = 1; i < 10; i++) {
      run.at(i).arpReply(attackerMac, gateway, host, hostMac);
      run.at(i + 0.5).arpReply(attackerMac, host, gateway, gatewayMac);
    }
    const findings = run.finish();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ entities: [{ ip: attacker }, { ip: gateway }, { ip: host }], evidence: { value: 18 } });
  });

  it('finds a race of answers: both claim the address at each question', () => {
    const run = script();
    for (let i = 0; i < 3; i++) {
      resolve(run, 10 * i);
      run.at(10 * i + 0.002).arpReply(attackerMac, gateway, host, hostMac);
    }
    expect(run.finish()).toMatchObject([{ alertClass: 'arp.duplicate-ip', entities: [{ mac: '02:00:00:00:00:66' }, { ip: gateway }] }]);
  });

  it('finds an address of two hosts at the third change, and at the second when its owner takes it back at once', () => {
    const turns = (...times: number[]): Finding[] => {
      const run = script();
      for (const [i, seconds] of times.entries()) run.at(seconds).arpReply(i % 2 === 0 ? hostMac : attackerMac, host, host);
      return run.finish();
    };
    expect(turns(0, 20, 21.1)).toEqual([]);
    expect(turns(0, 20, 21.1, 30)).toMatchObject([{ evidence: { value: 3, threshold: 3 } }]);
    expect(turns(0, 20, 20.9)).toMatchObject([
      { alertClass: 'arp.duplicate-ip', detectedAt: 20_900_000_000n, evidence: { value: 2, threshold: 2, packets: [2, 3] } },
    ]);
    // Both begin at once: who has it is not known yet.
    expect(turns(0, 0.5)).toEqual([]);
  });

  it('does not accuse the owner who puts its binding right', () => {
    const run = script();
    resolve(run, 0);
    for (let i = 0; i < 4; i++) run.at(10 + i).arpReply(attackerMac, gateway, host, hostMac);
    for (let i = 0; i < 5; i++) run.at(20 + i).arpReply(gatewayMac, gateway, host, hostMac);
    expect(run.finish()).toMatchObject([{ entities: [{ mac: '02:00:00:00:00:66' }, {}, {}] }]);
  });
});

describe('quiet traffic', () => {
  it('an address that moves once, announced to all as by fail-over', () => {
    const run = script();
    resolve(run, 0);
    for (let i = 0; i < 10; i++) run.at(10 + i).arpReply(attackerMac, gateway, gateway);
    for (let i = 0; i < 5; i++) resolve(run, 30 + 10 * i, attackerMac);
    expect(run.finish()).toEqual([]);
  });

  it('an address that fails over with several announcements, and later back', () => {
    const run = script();
    for (const [from, mac] of [
      [0, gatewayMac],
      [60, attackerMac],
      [65, gatewayMac],
    ] as const)
      for (let i = 0; i < 5; i++) run.at(from + i / 5).arpReply(mac, gateway, gateway);
    expect(run.finish()).toEqual([]);
  });

  it('an address that DHCP gave to another host, which asks and answers from it', () => {
    const run = script();
    run.at(0).arpRequest(hostMac, host, gateway);
    for (let i = 1; i < 20; i++) run.at(100 * i).arpRequest(attackerMac, host, gateway);
    expect(run.finish()).toEqual([]);
  });

  it('a host that got a lease which another has left, and asks its neighbours one by one', () => {
    const run = script();
    run.macs.set(host, hostMac);
    run.at(0).syn(host, gateway, 80);
    run.at(1).arpRequest(hostMac, host, gateway);
    run.at(20).arpRequest(attackerMac, host, gateway);
    for (let i = 0; i < 10; i++) run.at(25 + i).arpQuestion(attackerMac, host, gateway, gatewayMac);
    expect(run.finish()).toEqual([]);
  });

  it('virtual routers of VRRP and HSRP', () => {
    const run = script();
    for (let i = 0; i < 20; i++) {
      run.at(i).arpReply(0x00_00_5e_00_01_0a, gateway, host, hostMac);
      run.arpReply(0x00_00_0c_07_ac_0a, gateway, host, hostMac);
      run.arpReply(0x00_00_0c_9f_f0_01, gateway, host, hostMac);
    }
    expect(run.finish()).toEqual([]);
  });

  it('a host with one address that answers questions which the capture does not show', () => {
    const run = script();
    for (let i = 0; i < 20; i++) run.at(5 * i).arpReply(gatewayMac, gateway, host, hostMac);
    expect(run.finish()).toEqual([]);
  });
});

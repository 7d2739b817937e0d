import { rdpRecord } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { bruteForce } from './detector.ts';

const script = () => new ContactScript((context) => bruteForce.create(context, optionValues(bruteForce.options)));
const attacker = '203.0.113.9';
const victim = '10.0.0.2';

/** `count` failed logins, one every `interval` seconds. */
function failures(count: number, interval: number, run = script()): ContactScript {
  for (let i = 0; i < count; i++) {
    const flow = run.at(i * interval).syn(attacker, victim, 22);
    run.login(flow, 'ssh', 'failure');
  }
  return run;
}

describe('guessing', () => {
  it('is silent at five failures and fires at the sixth', () => {
    expect(failures(5, 1).finish()).toEqual([]);
    expect(failures(6, 1).finish()).toMatchObject([
      {
        alertClass: 'brute-force.password',
        techniques: ['T1110.001'],
        severity: 55,
        detectedAt: 5_000_000_000n,
        entities: [
          { role: 'attacker', ip: attacker },
          { role: 'victim', ip: victim },
        ],
        evidence: { metric: 'failed logins', value: 6, threshold: 6, window: 600, packets: [1, 2, 3, 4, 5, 6] },
        explanation: `${attacker} failed to log in to ${victim} by ssh 6 times in 5.0 s. The threshold is 6 logins within 600 s.`,
      },
    ]);
  });

  it('counts only what falls within ten minutes', () => {
    expect(failures(20, 121).finish()).toEqual([]);
    expect(failures(6, 119).finish()).toHaveLength(1);
  });

  it('is one finding while it goes on, and two with a quiet time between', () => {
    const run = failures(100, 1);
    for (let i = 0; i < 6; i++) run.login(run.at(1000 + i).syn(attacker, victim, 22), 'ssh', 'failure');
    expect(run.finish().map((finding) => finding.evidence.value)).toEqual([100, 6]);
  });

  it('that gets in weighs more and says so', () => {
    const run = failures(30, 1);
    run.login(run.at(31).syn(attacker, victim, 22), 'ssh', 'success', 'root');
    expect(run.finish()).toMatchObject([{ severity: 85, explanation: expect.stringContaining('Then it was let in as root.') }]);
  });

  it('is not a user who mistypes and then gets in', () => {
    const run = script();
    for (let day = 0; day < 10; day++) {
      for (const outcome of ['failure', 'failure', 'failure', 'success'] as const)
        run.login(run.at(day * 60).syn(attacker, victim, 22), 'ssh', outcome);
    }
    expect(run.finish()).toEqual([]);
  });

  it('is told apart by service', () => {
    const run = script();
    for (let i = 0; i < 5; i++) for (const service of ['ssh', 'ftp']) run.login(run.at(i).syn(attacker, victim, 22), service, 'failure');
    expect(run.finish()).toEqual([]);
  });

  it('of logins without a known outcome needs twenty', () => {
    const run = script();
    for (let i = 0; i < 19; i++) run.login(run.at(i).syn(attacker, victim, 80), 'http', 'unknown');
    expect(run.finish()).toEqual([]);
    const more = script();
    for (let i = 0; i < 20; i++) more.login(more.at(i).syn(attacker, victim, 80), 'http', 'unknown');
    expect(more.finish()).toMatchObject([{ confidence: 0.6, evidence: { metric: 'logins of unknown outcome', value: 20 } }]);
  });
});

describe('spraying', () => {
  it('is guessing as many users', () => {
    const run = script();
    for (let i = 0; i < 12; i++) run.login(run.at(i).syn(attacker, victim, 21), 'ftp', 'failure', `user${i}`);
    expect(run.finish()).toMatchObject([
      {
        alertClass: 'brute-force.spray',
        techniques: ['T1110.003'],
        explanation: expect.stringContaining('as 12 users (user0, user1, user2, user3, user4 ...)'),
      },
    ]);
  });

  it('is failing at six hosts, however few times at each', () => {
    const run = script();
    for (let i = 0; i < 5; i++) run.login(run.at(i).syn(attacker, `10.0.0.${i + 2}`, 22), 'ssh', 'failure', 'root');
    expect(run.findings).toEqual([]);
    run.login(run.at(10).syn(attacker, '10.0.0.77', 22), 'ssh', 'failure', 'root');
    const [finding] = run.finish();
    expect(finding).toMatchObject({ alertClass: 'brute-force.spray', evidence: { metric: 'hosts with failed logins', value: 6 } });
    expect(finding!.entities).toHaveLength(7);
  });
});

it('bounds what it keeps', () => {
  const run = script();
  for (let i = 0; i < 100_000; i++) {
    const source = `${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.1`;
    run.login(run.at(i / 1000).syn(source, victim, 22), 'ssh', 'failure', `user${i}`);
  }
  expect(run.finish()).toEqual([]);
});

describe('guessing by RDP', () => {
  /** Connections of a client in which each side sent so much. */
  const connections = (count: number, bytes: readonly [number, number], run = script()) => {
    for (let i = 0; i < count; i++) {
      const flow = run.at(run.seconds + 1).syn(attacker, victim, 3389);
      const { sourceIp, sourcePort, destinationIp } = flow;
      run.at(run.seconds + 0.5).record(rdpRecord, { sourceIp, sourcePort, destinationIp, cookie: 'admin' });
      run.at(run.seconds + 1).closed(flow, bytes);
    }
    return run;
  };

  it('is told at the sixth connection that is closed after little', () => {
    expect(connections(5, [1200, 2000]).finish()).toEqual([]);
    expect(connections(6, [1200, 2000]).finish()).toMatchObject([
      {
        alertClass: 'brute-force.password',
        explanation: expect.stringContaining(`failed to log in to ${victim} by rdp 6 times in 12.5 s, as admin`),
      },
    ]);
  });

  it('is weightier when a desktop follows', () => {
    const run = connections(6, [1200, 2000]);
    expect(connections(1, [50_000, 900_000], run).finish()).toMatchObject([{ severity: 85 }]);
  });

  it('is no user who is let in now and then, and no look at what the server offers', () => {
    const run = script();
    for (let i = 0; i < 5; i++) connections(1, [50_000, 900_000], connections(3, [1200, 2000], run));
    expect(run.finish()).toEqual([]);
    expect(connections(50, [600, 2000]).finish()).toEqual([]);
  });
});

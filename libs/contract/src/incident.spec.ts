import { describe, expect, it } from 'vitest';
import { incidentsOf, stepOf, type IncidentPart } from './incident.ts';

const minute = 60_000_000_000n;

/** An alert of `attacker` from minute `from` to `to`. */
function alert(id: string, from: number, to: number, changes: Partial<IncidentPart> = {}): IncidentPart {
  const alertClass = changes.alertClass ?? 'scan.vertical';
  return {
    id,
    attacker: '10.0.0.9',
    captureId: 'capture-1',
    alertClass,
    ruleName: 'Rule',
    step: stepOf(alertClass),
    severity: 50,
    confidence: 0.8,
    start: `minute ${from}`,
    end: `minute ${to}`,
    startNs: BigInt(from) * minute,
    endNs: BigInt(to) * minute,
    explanation: '',
    state: 'new',
    verdict: null,
    named: [
      { role: 'attacker', who: '10.0.0.9' },
      { role: 'victim', who: '10.0.0.2' },
    ],
    ...changes,
  };
}

describe('an incident', () => {
  it('is one as long as no more than half an hour lies between what the attacker did', () => {
    expect(incidentsOf([alert('a', 0, 10), alert('b', 40, 41)])).toMatchObject([
      { id: 'a', alerts: 2, start: 'minute 0', end: 'minute 41' },
    ]);
    expect(incidentsOf([alert('a', 0, 10), alert('b', 41, 42)])).toMatchObject([{ id: 'a' }, { id: 'b' }]);
  });

  it('goes on beside a longer alert', () => {
    expect(incidentsOf([alert('a', 0, 100), alert('b', 1, 2), alert('c', 120, 121)])).toMatchObject([{ alerts: 3, end: 'minute 121' }]);
  });

  it('is of one attacker', () => {
    expect(incidentsOf([alert('a', 0, 1), alert('b', 0, 1, { attacker: '10.0.0.7' })])).toHaveLength(2);
  });

  it('is the same in whatever order its alerts come, from however many captures', () => {
    const parts = [alert('a', 0, 1), alert('b', 5, 6, { captureId: 'capture-2' }), alert('c', 5, 9)];
    expect(incidentsOf(parts.toReversed())).toEqual(incidentsOf(parts));
    expect(incidentsOf(parts)).toMatchObject([{ captures: 2, alerts: 3 }]);
  });

  it('has its alerts in the order of an attack', () => {
    const parts = [
      alert('flood', 0, 1, { alertClass: 'flood.syn' }),
      alert('beacon', 2, 3, { alertClass: 'c2.beacon' }),
      alert('scan', 4, 5),
      alert('guess', 6, 7, { alertClass: 'brute-force.password' }),
    ];
    const [incident] = incidentsOf(parts);
    expect(incident!.chain.map(({ id }) => id)).toEqual(['scan', 'guess', 'beacon', 'flood']);
    expect(incident!.steps).toEqual(['reconnaissance', 'credential-access', 'command-and-control', 'impact']);
  });

  it('has each alert in the step that its class is of, also where only the classifier told of it', () => {
    const classes = ['scan.vertical', 'brute-force.ssh', 'traffic.brute-force', 'traffic.slow-http', 'traffic.scan', 'constructor'];
    expect(classes.map(stepOf)).toEqual([
      ...['reconnaissance', 'credential-access', 'credential-access', 'impact', 'reconnaissance', 'reconnaissance'],
    ]);
  });

  it('takes who gets between others as one after what they know, and programs that come as steered', () => {
    for (const name of ['arp.spoof', 'icmp.redirect', 'ndp.spoof', 'stp.root', 'names.forged'])
      expect(stepOf(name)).toBe('credential-access');
    expect(stepOf('transfer.program')).toBe('command-and-control');
  });

  it('is as risky as its alerts together: 1 - (1 - 0.5 * 0.8)^2', () => {
    expect(incidentsOf([alert('a', 0, 1)])[0]!.risk).toBe(40);
    expect(incidentsOf([alert('a', 0, 1), alert('b', 1, 2)])[0]!.risk).toBe(64);
  });

  it('is not made riskier by what was found to be false or allowed', () => {
    const parts = [alert('a', 0, 1), alert('b', 1, 2, { verdict: 'false_positive' }), alert('c', 1, 2, { verdict: 'benign_positive' })];
    expect(incidentsOf(parts)[0]).toMatchObject({ risk: 40, alerts: 3 });
  });

  it('says against whom it is: the victims, or whom a host calls that was made to', () => {
    const victims = ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6', '10.0.0.7'].map((who) => ({ role: 'victim', who }));
    expect(incidentsOf([alert('a', 0, 1, { named: victims }), alert('b', 1, 2)])).toMatchObject([
      { attacker: '10.0.0.9', targets: ['10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5', '10.0.0.6'], targetCount: 6 },
    ]);
    const beacon = [
      { role: 'attacker', who: '198.51.100.7' },
      { role: 'victim', who: '10.0.0.9' },
    ];
    expect(incidentsOf([alert('a', 0, 1, { named: beacon })])).toMatchObject([{ attacker: '10.0.0.9', targets: ['198.51.100.7'] }]);
    expect(incidentsOf([alert('a', 0, 1, { named: [] })])).toMatchObject([{ targets: [], targetCount: 0 }]);
  });

  it('names everyone, those of most alerts first', () => {
    const other = [{ role: 'victim', who: '10.0.0.3' }];
    expect(incidentsOf([alert('a', 0, 1, { named: other }), alert('b', 1, 2), alert('c', 1, 2)])[0]!.entities).toEqual([
      { role: 'attacker', who: '10.0.0.9', alerts: 2 },
      { role: 'victim', who: '10.0.0.2', alerts: 2 },
      { role: 'victim', who: '10.0.0.3', alerts: 1 },
    ]);
  });
});

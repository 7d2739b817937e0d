import type { AlertRow, AssetRole, DetectionPolicy } from '@wirecase/contract';
import { describe, expect, it } from 'vitest';
import { judged } from './policy.ts';

const row: AlertRow = {
  id: 'a',
  start: 0n,
  end: 0n,
  severity: 60,
  ruleId: 'port-scan',
  ruleName: 'Port scan',
  ruleVersion: '1',
  techniques: [],
  sourceIp: null,
  destinationIp: null,
  alertClass: 'scan.vertical',
  confidence: 0.9,
  detectedAt: 0n,
  entities: [
    { role: 'attacker', ip: '10.0.0.5', mac: '02:00:00:00:00:05' },
    { role: 'victim', ip: '10.1.0.1' },
  ],
  evidence: {},
  explanation: 'It scanned.',
  suppressedBy: null,
};

function policy(change: Partial<DetectionPolicy['settings']> = {}, suppressions: DetectionPolicy['suppressions'] = []): DetectionPolicy {
  return { settings: { version: 1, options: {}, allow: {}, assets: [], ...change }, suppressions };
}

const suppressedBy = (...given: Parameters<typeof policy>) => judged(row, policy(...given)).suppressedBy;
const asset = (role: AssetRole, network: string) => ({ network, role, owner: 'ann', reason: 'weekly', expiresAt: null });

describe('without a policy', () => {
  it('a finding stays as it is', () => {
    expect(judged(row, policy())).toEqual(row);
  });
});

describe('an allow-list', () => {
  it('suppresses what all its attackers do by that rule, and nothing else', () => {
    expect(suppressedBy({ allow: { 'port-scan': ['10.0.0.0/24'] } })).toBe('allow-list');
    expect(suppressedBy({ allow: { 'port-scan': ['02:00:00:00:00:05'] } })).toBe('allow-list');
    expect(suppressedBy({ allow: { flood: ['10.0.0.0/24'] } })).toBeNull();
    expect(suppressedBy({ allow: { 'port-scan': ['10.1.0.1'] } })).toBeNull();
  });

  it('does not cover a second attacker, nor an alert that names none', () => {
    const entities = row.entities as object[];
    const allow = policy({ allow: { 'port-scan': ['10.0.0.5'] } });
    expect(judged({ ...row, entities: [...entities, { role: 'attacker', ip: '10.0.0.6' }] }, allow).suppressedBy).toBeNull();
    expect(judged({ ...row, entities: entities.slice(1) }, allow).suppressedBy).toBeNull();
  });
});

describe('a suppression', () => {
  it.each([
    ['of the rule', 'port-scan', null, true],
    ['of another rule', 'flood', null, false],
    ['of the attacker', null, '10.0.0.5', true],
    ['of the victim', null, '10.1.0.0/16', true],
    ['of a MAC address', null, '02:00:00:00:00:05', true],
    ['of rule and somebody else', 'port-scan', '10.2.0.0/16', false],
  ])('%s', (_name, rule, entity, isSuppressed) => {
    expect(suppressedBy({}, [{ id: 's', rule, entity }])).toBe(isSuppressed ? 's' : null);
  });
});

describe('an asset role', () => {
  it('makes its job a low alert that says so', () => {
    const found = judged(row, policy({ assets: [asset('scanner', '10.0.0.5')] }));
    expect(found).toMatchObject({ severity: 20, suppressedBy: null });
    expect(found.explanation).toContain('the role scanner (ann: weekly)');
  });

  it('changes nothing for other hosts, and nothing that is not its job', () => {
    expect(judged(row, policy({ assets: [asset('scanner', '10.0.0.6')] })).severity).toBe(60);
    expect(judged(row, policy({ assets: [asset('backup', '10.0.0.5')] })).severity).toBe(60);
  });
});

it.each<[AssetRole, string]>([
  ['backup', 'exfiltration.volume'],
  ['nat', 'brute-force.password'],
  ['resolver', 'dns.tunnel'],
  ['monitor', 'scan.ping'],
])('the role %s has %s for a job', (role, alertClass) => {
  expect(judged({ ...row, alertClass }, policy({ assets: [asset(role, '10.0.0.5')] })).severity).toBe(20);
});

import { parseIp } from '@wirecase/contract';
import { dceRpcRecord, kerberosRecord, smbRecord } from '@wirecase/protocols';
import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { lateralMovement } from './detector.ts';

const script = () => new ContactScript((context) => lateralMovement.create(context, optionValues(lateralMovement.options)));
type Script = ReturnType<typeof script>;
const [attacker, victim] = ['10.0.0.9', '10.0.0.2'];
const host = (i: number): string => `10.0.1.${i}`;

function connect(run: Script, target: string, share = 'ADMIN$', source = attacker): void {
  run.record(smbRecord, {
    ...{ command: 'tree_connect', share: `\\\\${target}\\${share}`, action: null, bytesWritten: null },
    ...{ sourceIp: parseIp(source), destinationIp: parseIp(target) },
  });
}

function write(run: Script, target: string, share = 'ADMIN$'): void {
  run.record(smbRecord, {
    ...{ command: 'close', share: `\\\\${target}\\${share}`, action: null, bytesWritten: 4096 },
    ...{ sourceIp: parseIp(attacker), destinationIp: parseIp(target) },
  });
}

function call(run: Script, target: string, endpoint: string, operation: string, source = attacker, fault: string | null = null): void {
  run.record(dceRpcRecord, { endpoint, operation, fault, sourceIp: parseIp(source), destinationIp: parseIp(target) });
}

const classes = (run: Script) => run.finish().map(({ alertClass }) => alertClass);

describe('administrative shares', () => {
  it('of four hosts are silent, of five an alert that names them', () => {
    const four = script();
    for (let i = 1; i <= 4; i++) connect(four.at(i), host(i));
    expect(four.finish()).toEqual([]);
    const five = script();
    for (let i = 1; i <= 5; i++) connect(five.at(i), host(i), i % 2 === 0 ? 'C$' : 'admin$');
    expect(five.finish()).toMatchObject([
      {
        alertClass: 'lateral.admin-share',
        detectedAt: 5_000_000_000n,
        entities: [{ role: 'attacker', ip: attacker }, ...[1, 2, 3, 4, 5].map((i) => ({ role: 'victim', ip: host(i) }))],
        evidence: { value: 5, threshold: 5, window: 300, packets: [1, 2, 3, 4, 5] },
      },
    ]);
  });

  it('of one host that are connected again and again are silent, and so are ordinary shares', () => {
    const run = script();
    for (let i = 1; i <= 50; i++) connect(run.at(i), victim);
    for (let i = 1; i <= 50; i++) connect(run.at(50 + i), host(i), i % 2 === 0 ? 'IPC$' : 'public');
    expect(run.finish()).toEqual([]);
  });

  it('within five minutes', () => {
    const run = script();
    for (let i = 1; i <= 20; i++) connect(run.at(80 * i), host(i));
    expect(run.finish()).toEqual([]);
  });
});

describe('questions by RPC', () => {
  const questions = ['SamrEnumerateUsersInDomain', 'SamrEnumerateGroupsInDomain', 'SamrGetMembersInGroup', 'SamrEnumerateAliasesInDomain'];

  it('of four kinds are silent, one more is an alert', () => {
    const run = script();
    for (const [i, question] of questions.entries()) call(run.at(i), victim, 'samr', question);
    expect(run.open()).toEqual([]);
    call(run.at(10), victim, 'srvsvc', 'NetrSessionEnum');
    expect(run.finish()).toMatchObject([{ alertClass: 'lateral.discovery', evidence: { value: 5 }, destinationIp: parseIp(victim) }]);
  });

  it('that every log-in asks are silent, and so is one asked again and again', () => {
    const run = script();
    for (let i = 1; i <= 100; i++) {
      call(run.at(i), victim, 'samr', 'SamrConnect5');
      call(run.at(i), victim, 'lsarpc', 'LsarLookupNames4');
      call(run.at(i), victim, 'srvsvc', 'NetrShareEnum');
    }
    expect(run.finish()).toEqual([]);
  });
});

describe('remote execution', () => {
  it('is a file written to an administrative share and then a service, task or process', () => {
    for (const [endpoint, operation] of [
      ['svcctl', 'CreateServiceW'],
      ['ITaskSchedulerService', 'SchRpcRegisterTask'],
      ['atsvc', 'NetrJobAdd'],
      ['IWbemServices', 'ExecMethod'],
    ] as const) {
      const run = script();
      write(run.at(1), victim);
      call(run.at(2), victim, endpoint, operation);
      expect(run.finish()).toMatchObject([
        { alertClass: 'lateral.execution', severity: 80, explanation: expect.stringContaining(operation) },
      ]);
    }
  });

  it('is not told without the file, for another host, after ten minutes, when it is refused, or for an ordinary share', () => {
    const run = script();
    call(run.at(1), victim, 'svcctl', 'CreateServiceW');
    write(run.at(2), host(1));
    call(run.at(3), victim, 'svcctl', 'CreateServiceW');
    write(run.at(4), host(2), 'public');
    call(run.at(5), host(2), 'svcctl', 'CreateServiceW');
    call(run.at(6), host(1), 'svcctl', 'CreateServiceW', attacker, '0x00000005');
    call(run.at(603), host(1), 'svcctl', 'CreateServiceW');
    expect(run.finish()).toEqual([]);
  });

  it('is one alert however many services follow', () => {
    const run = script();
    write(run.at(1), victim);
    for (let i = 2; i < 20; i++) call(run.at(i), victim, 'svcctl', 'StartServiceW');
    expect(run.finish()).toMatchObject([{ evidence: { value: 18 } }]);
  });
});

describe('single calls', () => {
  it('that replicate the directory are told of a host that is no domain controller', () => {
    const run = script();
    call(run.at(1), victim, 'drsuapi', 'DRSGetNCChanges');
    expect(run.finish()).toMatchObject([{ alertClass: 'lateral.dcsync', destinationIp: parseIp(victim) }]);
  });

  describe('that replicate the directory are not told of a domain controller', () => {
    const controller = attacker;
    const replicate = (run: Script) => call(run.at(2), victim, 'drsuapi', 'DRSGetNCChanges', controller);
    const ticket = (run: Script, requestType: string, error: string | null) =>
      run.record(kerberosRecord, {
        ...{ requestType, error, success: error === null },
        ...{ sourceIp: parseIp(host(1)), destinationIp: parseIp(controller) },
      });
    const shows: [string, (run: Script) => void][] = [
      ['let a host log in', (run) => call(run, controller, 'netlogon', 'NetrServerReqChallenge', host(1))],
      ['is replicated from', (run) => call(run, controller, 'drsuapi', 'DRSGetNCChanges', victim)],
      ['is told by the other that there is something new', (run) => call(run, controller, 'drsuapi', 'DRSReplicaSync', victim)],
      ['gives tickets', (run) => ticket(run, 'TGS', null)],
      ['asks for a password before it gives one', (run) => ticket(run, 'AS', 'KDC_ERR_PREAUTH_REQUIRED')],
    ];

    it.each(shows)('that %s, before or afterwards', (_name, show) => {
      const before = script();
      show(before.at(1));
      replicate(before);
      expect(before.open()).toEqual([]);
      expect(before.finish()).toEqual([]);
      const afterwards = script();
      replicate(afterwards);
      expect(afterwards.open()).toHaveLength(1);
      show(afterwards.at(3));
      expect(afterwards.finish()).toEqual([]);
    });

    it('but are of a server that only takes tickets', () => {
      const run = script();
      ticket(run.at(1), 'AP', null);
      replicate(run);
      expect(classes(run)).toEqual(['lateral.dcsync']);
    });
  });

  it.each([
    ['efsrpc', 'EfsRpcOpenFileRaw', 'lateral.coercion'],
    ['netdfs', 'NetrDfsAddStdRoot', 'lateral.coercion'],
    ['eventlog', 'ElfrClearELFW', 'lateral.log-clearing'],
  ])('%s %s: %s', (endpoint, operation, alertClass) => {
    const run = script();
    call(run.at(1), victim, endpoint, operation);
    expect(classes(run)).toEqual([alertClass]);
  });

  it('that printers and their clients make are silent', () => {
    const run = script();
    call(run.at(1), victim, 'spoolss', 'RpcRemoteFindFirstPrinterChangeNotificationEx');
    expect(run.finish()).toEqual([]);
  });
});

it('keeps a bounded number of sources', () => {
  const run = script();
  for (let i = 0; i < 300_000; i++) connect(run.at(i / 1000), victim, 'C$', `11.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  expect(run.finish()).toEqual([]);
});

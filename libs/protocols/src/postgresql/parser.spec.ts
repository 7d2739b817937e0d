import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { postgresql } from './parser.ts';

const long = (value: number) => joinBytes(value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255);
const message = (kind: string, ...parts: (Uint8Array | string | number)[]) => {
  const payload = joinBytes(...parts);
  return joinBytes(kind, long(payload.length + 4), payload);
};
const startPayload = 'user\0ann\0database\0shop\0application_name\0psql\0\0';
const start = joinBytes(long(startPayload.length + 8), long(196_608), startPayload);
const ssl = hexBytes('00 00 00 08 04 d2 16 2f');
const ready = message('Z', 'I');
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(postgresql, deliveries, { destinationPort: 5432, pieceBytes });

describe('postgresql', () => {
  const script: Delivery[] = [
    [0, ssl],
    [1, joinBytes('N')],
    [0, start],
    [1, message('R', long(5), 'salt')],
    [0, message('p', 'md5s3cret\0')],
    [1, joinBytes(message('R', long(0)), message('S', 'server_version\x0015.4\0'), ready)],
    [0, message('Q', 'select 1\0')],
    [1, joinBytes(message('T', 'x'), message('D', 'x'), message('C', 'SELECT 1\0'), ready)],
    [0, message('Q', 'drop table t\0')],
    [1, joinBytes(message('E', 'SERROR\0C42P01\0Mno table\0\0'), ready)],
    [0, joinBytes(message('P', 's1\0insert into t\0\0\0'), message('B', 'x'), message('E', 'x'), message('S'))],
    [1, joinBytes(message('1'), message('2'), message('C', 'INSERT 0 3\0'), ready)],
    [0, message('X')],
  ];

  it('tells logins and statements with their outcome', () => {
    const { records, weirds, logins } = run(script);
    expect(records).toMatchObject([
      { packet: 2, command: 'ssl_request', success: false, tls: false },
      {
        packet: 6,
        command: 'startup',
        user: 'ann',
        database: 'shop',
        application: 'psql',
        authentication: 'md5',
        success: true,
        serverVersion: '15.4',
      },
      { packet: 8, command: 'query', argument: 'select 1', rows: 1, success: true },
      { packet: 10, command: 'query', argument: 'drop table t', success: false, errorCode: '42P01', errorText: 'no table' },
      { packet: 12, command: 'parse', argument: 'insert into t', rows: 3, success: true },
      { packet: 13, command: 'terminate' },
    ]);
    expect(JSON.stringify(records)).not.toContain('s3cret');
    expect(logins).toEqual([{ user: 'ann', outcome: 'success', isClear: false }]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 2, 5]) expect(run(script, pieceBytes).records).toEqual(records);
  });

  it('tells a login that is refused', () => {
    expect(run([[0, start], [1, message('E', 'SFATAL\0C28P01\0Mno\0\0')]]).records).toMatchObject([{ command: 'startup', success: false, errorCode: '28P01' }]); // prettier-ignore
  });

  it('stops where TLS begins', () => {
    const { records, handedOver } = run([[0, ssl], [1, joinBytes('S')], [0, hexBytes('16 03 01')]]); // prettier-ignore
    expect(records).toMatchObject([{ command: 'ssl_request', success: true, tls: true }]);
    expect(handedOver).toBe(0);
  });

  it('bounds what waits', () => {
    expect(run([[0, start], [0, joinBytes(...Array.from({ length: 100 }, () => message('Q', 'x\0')))]])).toMatchObject({
      records: { length: 101 },
      weirds: { postgresql_pending_limit: 37 },
    }); // prettier-ignore
  });

  it('is known by its first message', () => {
    for (const bytes of [start, ssl]) expect(postgresql.probe('tcp', 0, bytes, 0, bytes.length, 40_000, 40_001)).toBe('yes');
    expect(postgresql.probe('tcp', 0, start, 0, 5, 40_000, 40_001)).toBe('more');
    expect(postgresql.probe('tcp', 0, new Uint8Array(20), 0, 20, 40_000, 5432)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const mutant of mutants(joinBytes(start, message('Q', 'select 1\0')), 5000)) expect(run([[0, mutant], [1, ready]]).records.length).toBeLessThan(9); // prettier-ignore
    for (const mutant of mutants(joinBytes(message('E', 'SX\0C1\0\0'), message('C', 'SELECT 1\0'), ready), 5000)) expect(run([[0, start], [1, mutant]]).records.length).toBeLessThan(9); // prettier-ignore
  });
});

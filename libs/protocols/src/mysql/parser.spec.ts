import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { mysql } from './parser.ts';

const message = (number: number, ...parts: (Uint8Array | string | number)[]) => {
  const payload = joinBytes(...parts);
  return joinBytes(payload.length & 255, payload.length >> 8, 0, number, payload);
};
const greeting = message(0, 10, '8.0.36', 0, hexBytes('05000000'), 'saltsalt', 0, new Uint8Array(34));
/** Capabilities: database, secure connection, plugin with its length; the proof is `proof`. */
const login = message(1, hexBytes('08 82 20 00 00000001 21'), new Uint8Array(23), 'ann', 0, 5, 'proof', 'shop', 0);
const ok = (number: number, rows = 0) => message(number, 0, rows, 0, 2, 0, 0, 0);
const eof = (number: number) => message(number, 0xfe, 0, 0, 2, 0);
const denied = message(2, 0xff, hexBytes('15 04'), '#28000Access denied');
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(mysql, deliveries, { destinationPort: 3306, pieceBytes });

describe('mysql', () => {
  const script: Delivery[] = [
    [1, greeting],
    [0, login],
    [1, ok(2)],
    [0, message(0, 3, 'select 1')],
    [1, joinBytes(message(1, 1), message(2, 'def'), eof(3), message(4, 1, '1'), message(5, 1, '2'), eof(6))],
    [0, message(0, 3, 'delete from t')],
    [1, ok(1, 7)],
    [0, message(0, 2, 'other')],
    [1, message(1, 0xff, hexBytes('19 04'), '#42000Unknown database')],
    [0, message(0, 1)],
  ];

  it('tells logins and commands with their responses', () => {
    const { records, weirds, logins } = run(script);
    expect(records).toMatchObject([
      { packet: 3, command: 'login', argument: 'ann', user: 'ann', database: 'shop', serverVersion: '8.0.36', success: true, tls: false },
      { packet: 5, command: 'query', argument: 'select 1', success: true, rows: 2, user: 'ann' },
      { packet: 7, command: 'query', argument: 'delete from t', rows: 7 },
      { packet: 9, command: 'init_db', argument: 'other', success: false, errorCode: 1049, response: 'Unknown database' },
      { packet: 10, command: 'quit', success: null },
    ]);
    expect(JSON.stringify(records)).not.toContain('proof');
    expect(logins).toEqual([{ user: 'ann', outcome: 'success', isClear: false }]);
    expect(weirds).toEqual({});
  });

  it('finds the statement behind query attributes', () => {
    const withAttributes = message(1, hexBytes('08 82 20 08 00000001 21'), new Uint8Array(23), 'ann', 0, 5, 'proof', 'shop', 0);
    const argumentOf = (...query: (Uint8Array | string | number)[]) =>
      run([[1, greeting], [0, withAttributes], [1, ok(2)], [0, message(0, 3, ...query)]]).records[1]!['argument']; // prettier-ignore
    expect(argumentOf(0, 1, 'select 1')).toBe('select 1');
    // Three of them, the second NULL: `a` is a text (254), `b` and `c` are numbers of eight bytes.
    const types = joinBytes(254, 0, 1, 'a', 8, 0, 1, 'b', 8, 0, 1, 'c');
    expect(argumentOf(3, 1, 0b010, 1, types, 2, 'hi', new Uint8Array(8), 'select 2')).toBe('select 2');
    // A text that is longer than the packet.
    expect(argumentOf(1, 1, 0, 1, 254, 0, 1, 'a', 200, 'select 3')).toBeNull();
  });

  it('reads a login from before 4.1, with and without a database', () => {
    const old = message(0, 10, '3.23.54', 0, hexBytes('02000000'), 'saltsalt', 0, hexBytes('2c00 08 0200'), new Uint8Array(13));
    const oldOk = message(2, 0, 0, 0);
    const loginOf = (...parts: (Uint8Array | string | number)[]) => run([[1, old], [0, message(1, ...parts)], [1, oldOk]]).records; // prettier-ignore
    expect(loginOf(hexBytes('8524 000000'), 'danny', 0, 'JN[F_PPW')).toMatchObject([
      { packet: 3, command: 'login', user: 'danny', database: null, serverVersion: '3.23.54', success: true, tls: false },
    ]);
    expect(loginOf(hexBytes('8d24 000000'), 'danny', 0, 'JN[F_PPW', 0, 'shop')).toMatchObject([{ user: 'danny', database: 'shop' }]);
    expect(loginOf(hexBytes('8d2c 000000'))).toMatchObject([{ command: 'login', tls: true }]);
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 2, 5]) expect(run(script, pieceBytes).records).toEqual(records);
  });

  it('tells a login that is refused, and one never answered', () => {
    expect(run([[1, greeting], [0, login], [1, denied]]).records).toMatchObject([{ success: false, errorCode: 1045, response: 'Access denied' }]); // prettier-ignore
    expect(run([[1, greeting], [0, login]]).records).toMatchObject([{ packet: 2, command: 'login', success: null }]); // prettier-ignore
  });

  it('tells of a host that the server does not let in', () => {
    const refusal = message(0, 0xff, hexBytes('6a 04'), "Host '192.0.2.1' is not allowed to connect to this MySQL server");
    expect(mysql.probe('tcp', 1, refusal, 0, refusal.length, 40_000, 40_001)).toBe('yes');
    expect(mysql.probe('tcp', 1, refusal.with(20, 7), 0, refusal.length, 40_000, 40_001)).toBe('no');
    for (const pieceBytes of [0, 1, 5])
      expect(run([[1, refusal]], pieceBytes).records).toMatchObject([
        { command: 'login', user: null, success: false, errorCode: 1130, response: "Host '192.0.2.1' is not allowed to connect to this MySQL server" },
      ]); // prettier-ignore
  });

  it('stops where TLS begins', () => {
    const ask = message(1, hexBytes('08 8a 20 00 00000001 21'), new Uint8Array(23));
    const { records, handedOver } = run([[1, greeting], [0, ask], [0, hexBytes('16 03 01')]]); // prettier-ignore
    expect(records).toMatchObject([{ command: 'login', tls: true, user: null }]);
    expect(handedOver).toBe(0);
  });

  it('is known by its greeting', () => {
    expect(mysql.probe('tcp', 1, greeting, 0, greeting.length, 40_000, 40_001)).toBe('yes');
    expect(mysql.probe('tcp', 1, greeting, 0, 4, 40_000, 40_001)).toBe('more');
    expect(mysql.probe('tcp', 0, login, 0, login.length, 40_000, 3306)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    const requests = joinBytes(login, message(0, 3, 'select 1'), message(0, 17, 'bob', 0));
    for (const mutant of mutants(requests, 5000)) expect(run([[1, greeting], [0, mutant], [1, ok(2)]]).records.length).toBeLessThan(9); // prettier-ignore
    for (const mutant of mutants(joinBytes(greeting, ok(2), eof(1)), 5000)) expect(run([[1, mutant], [0, login], [1, mutant]]).records.length).toBeLessThan(9); // prettier-ignore
  });
});

import { ber, hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { ldap } from './parser.ts';

const bind = hexBytes('30 1d 02 01 01 60 18 02 01 03 04 0b 636e3d616e6e2c633d4445 80 06 733363726574'); // cn=ann,c=DE, s3cret
const bound = hexBytes('30 0c 02 01 01 61 07 0a 01 00 04 00 04 00');
const unbind = hexBytes('30 05 02 01 07 42 00');
const message = (id: number, ...parts: Uint8Array[]) => ber(0x30, ber(2, id), ...parts);
const text = (value: string) => ber(4, value);
/** (&(objectClass=*)(!(cn=a*b*c))(uid>=2)), in the whole tree. */
const filter = ber(
  0xa0,
  ber(0x87, 'objectClass'),
  ber(0xa2, ber(0xa4, text('cn'), ber(0x30, ber(0x80, 'a'), ber(0x81, 'b'), ber(0x82, 'c')))),
  ber(0xa5, text('uid'), text('2')),
);
const search = (filterBytes: Uint8Array) =>
  message(
    2,
    ber(
      0x63,
      text('dc=example'),
      ber(10, 2),
      ber(10, 0),
      ber(2, 0),
      ber(2, 0),
      ber(1, 0),
      filterBytes,
      ber(0x30, text('cn'), text('mail')),
    ),
  );
const entry = message(2, ber(0x64, text('cn=a,dc=example'), ber(0x30)));
const done = message(2, ber(0x65, ber(10, 0), text(''), text('')));
const session: Delivery[] = [
  [0, bind],
  [1, bound],
  [0, search(filter)],
  [1, joinBytes(entry, entry, done)],
  [0, unbind],
];
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(ldap, deliveries, { destinationPort: 389, pieceBytes });

describe('ldap', () => {
  it('tells operations with their results, never the password', () => {
    const { records, weirds, logins } = run(session);
    expect(records).toEqual([
      {
        record: 'ldap',
        packet: 2,
        messageId: 1,
        operation: 'bind simple',
        dn: 'cn=ann,c=DE',
        result: 'success',
        resultCode: 0,
        diagnostic: null,
        version: 3,
        mechanism: null,
        hasPassword: true,
        scope: null,
        filter: null,
        attributes: [],
        resultCount: null,
        tls: false,
      },
      expect.objectContaining({
        packet: 4,
        operation: 'search',
        dn: 'dc=example',
        scope: 'tree',
        filter: '(&(objectClass=*)(!(cn=a*b*c))(uid>=2))',
        attributes: ['cn', 'mail'],
        resultCount: 2,
      }),
      expect.objectContaining({ packet: 5, operation: 'unbind', messageId: 7, result: null }),
    ]);
    expect(JSON.stringify(records)).not.toContain('s3cret');
    expect(logins).toEqual([{ user: 'cn=ann,c=DE', outcome: 'success', isClear: true }]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(session);
    for (const pieceBytes of [1, 2, 3, 7]) expect(run(session, pieceBytes).records).toEqual(records);
  });

  it.each([
    [ber(0xa3, text('cn'), text('a*(b)\\\0')), '(cn=a\\2a\\28b\\29\\5c\\00)'],
    [ber(0xa3, text('guid'), ber(4, 0xff, 0xfe)), '(guid=\\ff\\fe)'],
    [ber(0xa4, text('cn'), ber(0x30, ber(0x81, 'b'))), '(cn=*b*)'],
    [ber(0xa4, text('cn'), ber(0x30, ber(0x82, 'c'))), '(cn=*c)'],
    [ber(0xa9, ber(0x81, '1.2'), ber(0x82, 'uac'), ber(0x83, '4'), ber(0x84, 255)), '(uac:dn:1.2:=4)'],
    [ber(0xa8, text('cn'), text('x')), '(cn~=x)'],
    [ber(0x01, 0), '(…)'],
  ])('writes the filter %#', (bytes, expected) => {
    expect(run([[0, search(bytes)]]).records).toMatchObject([{ filter: expected }]);
  });

  it('bounds how deep a filter is followed', () => {
    let deep = ber(0x87, 'x');
    for (let i = 0; i < 100; i++) deep = ber(0xa2, deep);
    expect((run([[0, search(deep)]]).records[0]!['filter'] as string).length).toBeLessThan(64);
  });

  it('tells what is changed, without values', () => {
    const attribute = (name: string) => ber(0x30, text(name), ber(0x31, text('secret')));
    const { records } = run([
      [0, message(1, ber(0x68, text('cn=a'), ber(0x30, attribute('cn'), attribute('userPassword'))))],
      [0, message(2, ber(0x66, text('cn=b'), ber(0x30, ber(0x30, ber(10, 2), attribute('mail')))))],
      [0, message(3, ber(0x4a, 'cn=c'))],
      [0, message(4, ber(0x6e, text('cn=d'), ber(0x30, text('sn'), text('secret'))))],
      [0, message(5, ber(0x6c, text('cn=e'), text('cn=f'), ber(1, 0)))],
      [0, message(6, ber(0x50, 3))],
    ]);
    expect(records.map(({ operation, dn, attributes }) => [operation, dn, attributes])).toEqual([
      ['abandon', '3', []],
      ['add', 'cn=a', ['cn', 'userPassword']],
      ['modify', 'cn=b', ['mail']],
      ['delete', 'cn=c', []],
      ['compare', 'cn=d', ['sn']],
      ['modify dn', 'cn=e', []],
    ]);
    expect(JSON.stringify(records)).not.toContain('secret');
  });

  it('stops where TLS begins', () => {
    const { records, handedOver } = run([
      [0, message(1, ber(0x77, ber(0x80, '1.3.6.1.4.1.1466.20037')))],
      [1, message(1, ber(0x78, ber(10, 0), text(''), text('')))],
    ]);
    expect(records).toMatchObject([{ operation: 'extended', dn: '1.3.6.1.4.1.1466.20037', tls: true }]);
    expect(handedOver).toBe(0);
  });

  it('stops where the security layer of SASL begins', () => {
    const { records, weirds } = run([
      [0, message(1, ber(0x60, ber(2, 3), text(''), ber(0xa3, text('GSSAPI'), text('token'))))],
      [1, bound],
      [0, hexBytes('00 00 00 04 05 04 06 ff')],
    ]);
    expect(records).toMatchObject([{ operation: 'bind SASL', mechanism: 'GSSAPI', result: 'success' }]);
    expect(weirds).toEqual({});
  });

  it('reads a datagram (CLDAP)', () => {
    expect(runProtocol(ldap, [[0, search(filter)]], { transport: 'udp' }).records).toMatchObject([{ operation: 'search' }]);
  });

  it('reads each message of a datagram: what is found and its end come together', () => {
    const answered: Delivery[] = [
      [0, search(filter)],
      [1, joinBytes(entry, done)],
    ];
    const { records, weirds } = runProtocol(ldap, answered, { transport: 'udp' });
    expect(records).toMatchObject([{ operation: 'search', packet: 2, resultCode: 0, result: 'success', resultCount: 1 }]);
    expect(weirds).toEqual({});
  });

  it('bounds what waits for a result', () => {
    const many = Array.from({ length: 300 }, (_, i): Delivery => [0, ber(0x30, ber(2, 1 + (i >> 8), i & 255), ber(0x4a, 'cn=x'))]);
    expect(run(many)).toMatchObject({ weirds: { ldap_pending_limit: 44 }, records: { length: 300 } });
  });

  it('passes over a long entry without keeping it', () => {
    const long = message(2, ber(0x64, text('cn=a'), ber(0x30, ber(4, new Uint8Array(40_000)))));
    const { records } = run([
      [0, search(filter)],
      [1, joinBytes(long, done)],
    ]);
    expect(records).toMatchObject([{ resultCount: 1, result: 'success' }]);
  });

  it('is known by content', () => {
    for (const bytes of [bind, bound, unbind, entry]) expect(ldap.probe('tcp', 0, bytes, 0, bytes.length, 50_000, 50_001)).toBe('yes');
    expect(ldap.probe('tcp', 0, bind, 0, 3, 50_000, 389)).toBe('more');
    const snmp = hexBytes('30 0c 02 01 00 04 01 78 a0 04 02 01 01 02');
    expect(ldap.probe('udp', 0, snmp, 0, snmp.length, 50_000, 389)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    const requests = joinBytes(bind, search(filter), unbind);
    const responses = joinBytes(bound, entry, done);
    for (const mutant of mutants(requests, 5000)) expect(run([[0, mutant], [1, responses]]).records.length).toBeLessThan(10); // prettier-ignore
    for (const mutant of mutants(responses, 5000)) expect(run([[0, requests], [1, mutant]]).records.length).toBeLessThan(10); // prettier-ignore
  });
});

import { formatHex } from '@wirecase/contract';
import { ber, hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { kerberos } from './parser.ts';

const integer = (value: number) => ber(2, value);
const text = (value: string) => ber(0x1b, value);
const sequence = (...parts: Uint8Array[]) => ber(0x30, ...parts);
const field = (number: number, ...parts: Uint8Array[]) => ber(0xa0 + number, ...parts);
const principal = (...names: string[]) => sequence(field(0, integer(1)), field(1, sequence(...names.map(text))));
const encrypted = (cipher: number) => sequence(field(0, integer(cipher)), field(2, ber(4, 'sealed')));
const ticket = (...names: string[]) =>
  ber(0x61, sequence(field(0, integer(5)), field(1, text('EX.TEST')), field(2, principal(...names)), field(3, encrypted(18))));
const padata = (type: number) => sequence(field(1, integer(type)), field(2, ber(4, 'x')));

/** RFC 4120 5.4.1: forwardable and renewable asked for, with an encrypted time stamp. */
const asRequest = ber(
  0x6a,
  sequence(
    field(1, integer(5)),
    field(2, integer(10)),
    field(3, sequence(padata(2))),
    field(
      4,
      sequence(
        field(0, ber(3, 0, 0x40, 0x80, 0, 0)),
        field(1, principal('ann')),
        field(2, text('EX.TEST')),
        field(3, principal('krbtgt', 'EX.TEST')),
        field(5, ber(0x18, '20260131235959Z')),
        field(7, ber(2, 1, 2, 3)),
        field(8, sequence(integer(18), integer(23), ber(2, 0xff, 0x7b))),
      ),
    ),
  ),
);
const reply = (tag: number, ...names: string[]) =>
  ber(
    tag,
    sequence(
      field(0, integer(5)),
      field(1, integer(tag - 0x60)),
      field(3, text('EX.TEST')),
      field(4, principal('ann')),
      field(5, ticket(...names)),
      field(6, encrypted(17)),
    ),
  );
const error = (code: number, words: string | null = null) =>
  ber(
    0x7e,
    sequence(
      field(0, integer(5)),
      field(1, integer(30)),
      field(6, integer(code)),
      field(9, text('EX.TEST')),
      field(10, principal('krbtgt', 'EX.TEST')),
      ...(words === null ? [] : [field(11, text(words))]),
    ),
  );
const run = (deliveries: readonly Delivery[]) => runProtocol(kerberos, deliveries, { transport: 'udp', destinationPort: 88 });
const framed = (bytes: Uint8Array) => joinBytes(0, 0, bytes.length >> 8, bytes.length & 255, bytes);

describe('kerberos', () => {
  it('joins a request and its reply', () => {
    const { records, weirds, logins } = run([
      [0, asRequest],
      [1, reply(0x6b, 'krbtgt', 'EX.TEST')],
    ]);
    expect(records).toEqual([
      {
        record: 'kerberos',
        packet: 2,
        requestType: 'AS',
        carrier: null,
        client: 'ann/EX.TEST',
        service: 'krbtgt/EX.TEST',
        realm: 'EX.TEST',
        success: true,
        error: null,
        errorCode: null,
        errorText: null,
        encryption: 'aes256-cts-hmac-sha1-96',
        replyEncryption: 'aes128-cts-hmac-sha1-96',
        offered: ['aes256-cts-hmac-sha1-96', 'rc4-hmac', 'rc4-hmac-old'],
        preauthentication: [2],
        options: ['forwardable', 'renewable'],
        from: null,
        till: 1_769_903_999_000_000_000n,
      },
    ]);
    expect(logins).toEqual([{ user: 'ann/EX.TEST', outcome: 'success', isClear: false }]);
    expect(weirds).toEqual({});
  });

  it.each([
    [25, 'KDC_ERR_PREAUTH_REQUIRED'],
    [6, 'KDC_ERR_C_PRINCIPAL_UNKNOWN'],
    [37, 'KRB_AP_ERR_SKEW'],
    [120, '120'],
  ])('names the error %i', (code, name) => {
    const { records } = run([
      [0, asRequest],
      [1, error(code)],
    ]);
    expect(records).toMatchObject([{ success: false, error: name, errorCode: code, client: 'ann/EX.TEST' }]);
  });

  it("keeps the KDC's own words for an error", () => {
    const told = (words: string | null) => run([[0, asRequest], [1, error(18, words)]]).records; // prettier-ignore
    expect(told('LOCKED_OUT\0')).toMatchObject([{ error: 'KDC_ERR_CLIENT_REVOKED', errorText: 'LOCKED_OUT' }]);
    expect(told(`${'\0'.repeat(60_000)}x`)).toHaveLength(1);
    expect(told(null)).toMatchObject([{ errorText: null }]);
  });

  describe('secrets, as programs for guessing take them', () => {
    const hex = (from: number, to: number) => formatHex(Uint8Array.from({ length: to - from }, (_, i) => from + i));
    /** 52 bytes that count up. */
    const sealed = (cipher: number) => sequence(field(0, integer(cipher)), field(1, integer(2)), field(2, ber(4, ...hexBytes(hex(0, 52)))));
    const request = (cipher: number) =>
      ber(0x6a, sequence(field(1, integer(5)), field(2, integer(10)),
        field(3, sequence(padata(128), sequence(field(1, integer(2)), field(2, ber(4, sealed(cipher)))))),
        field(4, sequence(field(1, principal('ann')), field(2, text('EX.TEST')))))); // prettier-ignore
    const given = (tag: number, cipher: number, ...service: string[]) =>
      ber(tag, sequence(field(0, integer(5)), field(1, integer(tag - 0x60)), field(3, text('EX.TEST')), field(4, principal('ann')),
        field(5, ber(0x61, sequence(field(0, integer(5)), field(1, text('EX.TEST')), field(2, principal(...service)), field(3, sealed(cipher))))),
        field(6, sealed(cipher)))); // prettier-ignore
    const ann = { kind: 'kerberos', user: 'ann/EX.TEST', success: true };

    it.each([
      [23, `$krb5pa$23$ann$EX.TEST$$${hex(16, 52)}${hex(0, 16)}`],
      [17, `$krb5pa$17$ann$EX.TEST$${hex(0, 52)}`],
      [18, `$krb5pa$18$ann$EX.TEST$${hex(0, 52)}`],
    ])('has the time stamp of a request by cipher %i, with its outcome', (cipher, secret) => {
      const after = (answer: Uint8Array) => run([[0, request(cipher)], [1, answer]]).credentials; // prettier-ignore
      expect(after(given(0x6b, cipher, 'krbtgt', 'EX.TEST'))).toEqual([{ ...ann, secret }]);
      expect(after(error(24))).toEqual([{ ...ann, success: false, secret }]);
      expect(after(error(37))).toEqual([{ ...ann, success: null, secret }]);
      expect(run([[0, request(cipher)]]).credentials).toEqual([{ ...ann, success: null, secret }]);
    });

    it.each([
      [23, `$krb5asrep$23$ann@EX.TEST:${hex(0, 16)}$${hex(16, 52)}`],
      [18, `$krb5asrep$18$ann$EX.TEST$${hex(40, 52)}$${hex(0, 40)}`],
    ])('has the reply to a request without a proof, by cipher %i', (cipher, secret) => {
      expect(run([[1, given(0x6b, cipher, 'krbtgt', 'EX.TEST')]]).credentials).toEqual([{ ...ann, secret }]);
    });

    it.each([
      [23, `$krb5tgs$23$*http/a~80$EX.TEST$http/a~80*$${hex(0, 16)}$${hex(16, 52)}`],
      [17, `$krb5tgs$17$http/a~80$EX.TEST$*http/a~80*$${hex(40, 52)}$${hex(0, 40)}`],
    ])('has tickets of services by cipher %i, whose keys are no secret of the KDC', (cipher, secret) => {
      const { credentials, records } = run([[1, given(0x6d, cipher, 'http', 'a:80')]]);
      expect(credentials).toEqual([{ kind: 'kerberos', user: 'http/a:80', success: null, secret }]);
      expect(JSON.stringify(records, (_, value: unknown) => String(value))).not.toContain(hex(16, 40));
      expect(run([[1, given(0x6d, cipher, 'krbtgt', 'EX.TEST')]]).credentials).toEqual([]);
    });

    it('has none of other ciphers', () => {
      expect(run([[0, request(3)], [1, given(0x6b, 20, 'krbtgt', 'EX.TEST')]]).credentials).toEqual([]); // prettier-ignore
    });
  });

  it('tells a request without a reply at its own packet', () => {
    expect(run([[0, asRequest]]).records).toMatchObject([{ packet: 1, requestType: 'AS', success: null }]);
  });

  it('tells a reply without a request', () => {
    expect(run([[1, reply(0x6d, 'cifs', 'files')]]).records).toMatchObject([
      { requestType: 'TGS', client: 'ann/EX.TEST', service: 'cifs/files', offered: [] },
    ]);
  });

  it('reads messages over TCP wherever segments are cut', () => {
    for (const pieceBytes of [0, 1, 3, 50]) {
      const { records } = runProtocol(kerberos, [[0, framed(asRequest)], [1, framed(error(25))]], { pieceBytes }); // prettier-ignore
      expect(records).toMatchObject([{ errorCode: 25, client: 'ann/EX.TEST' }]);
    }
  });

  it('bounds what waits for a reply', () => {
    const many = Array.from({ length: 40 }, (): Delivery => [0, asRequest]);
    expect(run(many)).toMatchObject({ records: { length: 40 }, weirds: { kerberos_pending_limit: 8 } });
  });

  it('counts what is cut', () => {
    for (let end = 0; end < 8; end++) expect(run([[0, asRequest.slice(0, end)]]).weirds).toEqual({ kerberos_bad_message: 1 });
  });

  it('is known by content', () => {
    for (const bytes of [asRequest, reply(0x6b, 'a'), error(6)]) {
      expect(kerberos.probe('udp', 0, bytes, 0, bytes.length, 50_000, 50_001)).toBe('yes');
      const stream = framed(bytes);
      expect(kerberos.probe('tcp', 0, stream, 0, stream.length, 50_000, 50_001)).toBe('yes');
      expect(kerberos.probe('tcp', 0, stream, 0, 5, 50_000, 50_001)).toBe('more');
    }
    expect(kerberos.probe('udp', 0, ticket('a'), 0, 40, 50_000, 88)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const mutant of mutants(asRequest, 5000)) expect(run([[0, mutant], [1, error(25)]]).records.length).toBeLessThan(3); // prettier-ignore
    for (const mutant of mutants(reply(0x6b, 'a', 'b'), 5000)) expect(run([[0, asRequest], [1, mutant]]).records.length).toBeLessThan(3); // prettier-ignore
  });
});

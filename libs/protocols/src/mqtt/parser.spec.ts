import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { mqtt } from './parser.ts';

/** 3.1.1, 3.1: flags user, password, will; keep-alive 10. */
const connect = hexBytes(`10 25 0004 4d515454 04 c6 000a
  0003 616263                 # abc
  0002 2f77  0003 627965      # will: /w, bye
  0003 616e6e                 # ann
  0006 733363726574           # s3cret`);
const accepted = hexBytes('20 02 00 00');
const publish = hexBytes('33 0b 0003 612f62 0001 68 65 6c 6c'); // a/b, qos 1, retained, 4 bytes
const subscribe = hexBytes('82 0e 0002 0003 612f23 00 0003 622f2b 01'); // a/#, b/+
/** 5.0: a property in each. */
const connect5 = hexBytes('10 15 0004 4d515454 05 02 000a 05 11 0000000a 0003 616263');
const publish5 = hexBytes('30 0b 0003 612f62 02 01 01 68 65 6c'); // payload format indicator
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(mqtt, deliveries, { destinationPort: 1883, pieceBytes });

describe('mqtt', () => {
  const script: Delivery[] = [
    [0, connect],
    [1, accepted],
    [0, joinBytes(publish, subscribe, hexBytes('c0 00'))],
    [0, hexBytes('e0 00')],
  ];

  it('tells connections, publications and subscriptions, never the password', () => {
    const { records, weirds, logins } = run(script);
    expect(records).toMatchObject([
      { packet: 2, type: 'connect', clientId: 'abc', version: '3.1.1', user: 'ann', hasPassword: true, willTopic: '/w', reasonCode: 0 },
      { packet: 3, type: 'publish', clientId: 'abc', topics: ['a/b'], qos: 1, isRetained: true, payloadBytes: 4 },
      { packet: 3, type: 'subscribe', topics: ['a/#', 'b/+'] },
      { packet: 4, type: 'disconnect', clientId: 'abc' },
    ]);
    expect(JSON.stringify(records)).not.toContain('s3cret');
    expect(logins).toEqual([{ user: 'ann', outcome: 'success', isClear: true }]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(script);
    for (const pieceBytes of [1, 2, 5]) expect(run(script, pieceBytes).records).toEqual(records);
  });

  it('passes over the properties of version 5', () => {
    expect(run([[0, connect5], [0, publish5]]).records).toMatchObject([
      { type: 'publish', topics: ['a/b'], payloadBytes: 3 },
      { type: 'connect', version: '5.0', clientId: 'abc', reasonCode: null },
    ]); // prettier-ignore
  });

  it('takes the id that a server of version 5 gives', () => {
    const nameless = hexBytes('10 0d 0004 4d515454 05 02 000a 00 0000');
    // Maximum of topic aliases 10, id "srv-1", a property of the user.
    const given = hexBytes('20 17 00 00 14 22 000a 12 0005 7372762d31 26 0001 61 0003 626364');
    expect(run([[0, nameless], [1, given], [0, publish5]])).toMatchObject({
      records: [{ type: 'connect', clientId: 'srv-1', reasonCode: 0 }, { type: 'publish', clientId: 'srv-1' }],
      weirds: {},
    }); // prettier-ignore
  });

  it('knows a topic of version 5 by its alias, of each side apart', () => {
    const aliased = (topic: string) => hexBytes(`30 ${topic === '' ? '08 0000' : '0b 0003 612f62'} 05 01 00 23 0007`);
    const { records, weirds } = run([[0, connect5], [0, aliased('a/b')], [0, aliased('')], [1, aliased('')]]); // prettier-ignore
    expect(records.filter(({ type }) => type === 'publish').map(({ topics }) => topics)).toEqual([['a/b'], ['a/b'], ['']]);
    expect(weirds).toEqual({});
  });

  it('counts the bytes of a long publication without keeping them', () => {
    const long = joinBytes(hexBytes('30 85 d0 0f 0003 612f62'), new Uint8Array(256_000));
    const { records, weirds } = run([[0, connect], [0, long], [0, publish]]); // prettier-ignore
    expect(records[0]).toMatchObject({ type: 'publish', payloadBytes: 256_000 });
    expect(records).toHaveLength(3);
    expect(weirds).toEqual({});
  });

  it('counts what is no message', () => {
    expect(run([[0, connect], [0, hexBytes('ff ff')]]).weirds).toEqual({ mqtt_bad_message: 1 }); // prettier-ignore
    expect(run([[0, hexBytes('30 03 0009 61')]])).toMatchObject({ records: [], weirds: { mqtt_bad_message: 1 } });
  });

  it('is known by content', () => {
    expect(mqtt.probe('tcp', 0, connect, 0, connect.length, 40_000, 40_001)).toBe('yes');
    expect(mqtt.probe('tcp', 0, connect, 0, 5, 40_000, 1883)).toBe('more');
    expect(mqtt.probe('tcp', 1, accepted, 0, 4, 40_000, 40_001)).toBe('no');
    expect(mqtt.probe('tcp', 0, joinBytes('\x10\x20GET / HTTP/1.1\r\n'), 0, 18, 40_000, 1883)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    for (const bytes of [joinBytes(connect, publish, subscribe), joinBytes(connect5, publish5)])
      for (const mutant of mutants(bytes, 5000)) expect(run([[0, mutant], [1, accepted]]).records.length).toBeLessThan(20); // prettier-ignore
  });
});

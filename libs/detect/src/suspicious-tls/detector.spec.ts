import { parseIp } from '@wirecase/contract';
import { tlsRecord, x509Record } from '@wirecase/protocols';
import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { suspiciousTls } from './detector.ts';

const [client, server] = ['10.0.0.9', '203.0.113.9'];
const ns = (date: string): bigint => BigInt(Date.parse(date)) * 1_000_000n;
const begin = () => new ContactScript((context) => suspiciousTls.create(context, optionValues(suspiciousTls.options)));

const ends = (to = server) => ({ sourceIp: parseIp(client), destinationIp: parseIp(to), destinationPort: 443 });
const valid = {
  ...{ isClient: false, position: 0, isSelfIssued: true, subject: 'CN=localhost', keyAlgorithm: 'rsaEncryption', keyBits: 2048 },
  ...{ notBefore: ns('2024-01-01'), notAfter: ns('2026-01-01'), time: ns('2025-01-01') },
};

/** The classes told of a certificate that differs from a valid one, signed by itself. */
function shown(change: object, to = server): string[] {
  const run = begin();
  for (let i = 0; i < 3; i++) run.at(i).record(x509Record, { ...valid, ...change, ...ends(to), packet: run.packet });
  return run.finish().map(({ alertClass }) => alertClass);
}

function agreed(date: string, version: string, cipher: string, established = true): string[] {
  const run = begin();
  run.at(1).record(tlsRecord, { ...ends(), time: ns(date), version, cipher, established, packet: run.packet });
  return run.finish().map(({ alertClass }) => alertClass);
}

it.each([
  ['expired', { notAfter: ns('2024-06-01') }, 'tls.certificate-expired'],
  ['not yet valid', { notBefore: ns('2025-06-01') }, 'tls.certificate-early'],
  ['of a short key', { keyBits: 1024 }, 'tls.certificate-weak'],
])('tells once of a certificate signed by itself and %s', (_what, change, alertClass) => {
  expect(shown(change)).toEqual([alertClass]);
});

it('says what is wrong with whose certificate', () => {
  const run = begin();
  run.at(1).record(x509Record, { ...valid, keyBits: 1024, ...ends(), packet: run.packet });
  expect(run.finish()).toMatchObject([
    {
      severity: 25,
      evidence: { packets: [1] },
      explanation: `${server} port 443, outside the network, showed ${client} a certificate that is signed by itself and has an RSA key of 1024 bits: CN=localhost.`,
    },
  ]);
});

it.each([
  ['signed by itself and in order', {}],
  ['expired and signed by another', { isSelfIssued: false, notAfter: ns('2024-06-01') }],
  ['of an elliptic curve, whose keys are short', { keyAlgorithm: 'id-ecPublicKey', keyBits: 256 }],
  ['of an authority, shown behind that of the host', { position: 1, keyBits: 1024 }],
  ['of the client', { isClient: true, keyBits: 1024 }],
  ['not yet valid for a clock that was never set', { time: 0n }],
])('is silent about a certificate %s', (_what, change) => {
  expect(shown(change)).toEqual([]);
});

it('is silent about servers of the network', () => {
  expect(shown({ keyBits: 1024 }, '10.0.0.2')).toEqual([]);
});

it.each([
  ['2010-01-01', '1.0', 'TLS_RSA_EXPORT_WITH_RC4_40_MD5'],
  ['2025-01-01', '1.2', 'TLS_RSA_WITH_NULL_SHA256'],
  ['2025-01-01', '1.2', 'TLS_DH_anon_WITH_AES_128_CBC_SHA'],
  ['2017-01-01', '1.2', 'TLS_RSA_WITH_RC4_128_SHA'],
  ['2016-01-01', '3.0', 'TLS_RSA_WITH_AES_128_CBC_SHA'],
  ['2022-01-01', '1.1', 'TLS_RSA_WITH_AES_128_CBC_SHA'],
])('tells of what was forbidden: in %s, version %s with %s', (date, version, cipher) => {
  expect(agreed(date, version, cipher)).toEqual(['tls.weak-parameters']);
});

it.each([
  ['2012-01-01', '1.0', 'TLS_RSA_WITH_RC4_128_SHA'],
  ['2020-01-01', '1.0', 'TLS_RSA_WITH_AES_128_CBC_SHA'],
  ['2015-07-01', '1.2', 'TLS_ECDHE_ECDSA_WITH_RC4_128_SHA'],
  ['2025-01-01', '1.2', 'TLS_NULL_WITH_NULL_NULL'],
  ['2025-01-01', '1.3', 'TLS_AES_128_GCM_SHA256'],
])('is silent about what was allowed: in %s, version %s with %s', (date, version, cipher) => {
  expect(agreed(date, version, cipher)).toEqual([]);
});

it('is silent about what was never agreed on', () => {
  expect(agreed('2025-01-01', '1.0', 'TLS_RSA_WITH_NULL_SHA256', false)).toEqual([]);
});

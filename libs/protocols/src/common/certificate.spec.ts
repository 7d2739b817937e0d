import { mutants } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { parseCertificate } from './certificate.ts';
import { ellipticCertificate, oldCertificate } from './certificates.fixture.ts';

const nanoseconds = (text: string) => BigInt(Date.parse(text)) * 1_000_000n;
const parse = (bytes: Uint8Array) => parseCertificate(bytes, 0, bytes.length);

describe('certificate', () => {
  it('reads names, validity, key and extensions', () => {
    expect(parse(ellipticCertificate)).toEqual({
      version: 3,
      serialNumber: 'F1F2F3F4',
      signatureAlgorithm: 'ecdsa-with-SHA256',
      issuer: 'CN=example.com,OU=Bärlin,OU=First,O=Ann\\, Bob & Co,C=FI',
      subject: 'CN=example.com,OU=Bärlin,OU=First,O=Ann\\, Bob & Co,C=FI',
      commonName: 'example.com',
      notBefore: nanoseconds('2026-11-21T21:29:46Z'),
      notAfter: nanoseconds('2056-11-13T21:29:46Z'),
      keyAlgorithm: 'id-ecPublicKey',
      keyBits: 256,
      keyExponent: null,
      curve: 'prime256v1',
      alternativeNames: ['example.com', '*.example.com', '192.0.2.1', '2001:db8::1', 'a@example.com', 'https://example.com/'],
      isAuthority: true,
      pathLength: 2,
      isSelfIssued: true,
    });
  });

  it('reads one of version 1, without extensions', () => {
    expect(parse(oldCertificate)).toMatchObject({
      version: 1,
      serialNumber: '01',
      signatureAlgorithm: 'md5WithRSAEncryption',
      subject: 'CN=short',
      keyAlgorithm: 'rsaEncryption',
      keyBits: 1024,
      keyExponent: 65_537,
      alternativeNames: [],
      isAuthority: false,
      pathLength: null,
    });
  });

  it('is none when it is cut at any byte', () => {
    for (let length = 0; length < ellipticCertificate.length; length++) expect(parse(ellipticCertificate.subarray(0, length))).toBeNull();
  });

  it('takes any bytes (20,000 mutants)', () => {
    for (const whole of [ellipticCertificate, oldCertificate])
      for (const mutant of mutants(whole, 10_000)) {
        const certificate = parse(mutant);
        expect(certificate?.subject.length ?? 0).toBeLessThanOrEqual(1024);
      }
  });
});

/** X.509 certificates (RFC 5280 4.1, DER): what a reader asks of one. Signatures are not verified. */
import { formatIp } from '@wirecase/contract';
import { BerReader } from './ber.ts';
import { attributeNames, curves, keyAlgorithms, signatureNames } from './certificate-names.ts';
import { decodeText, rowText } from './text.ts';

const BOOLEAN = 0x01;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OBJECT_IDENTIFIER = 0x06;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
const SUBJECT_ALTERNATIVE_NAME = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const MAX_ARCS = 32;
const MAX_NAME_PARTS = 64;
const MAX_NAME_CHARACTERS = 1024;
const MAX_VALUE_CHARACTERS = 256;
const MAX_ALTERNATIVE_NAMES = 128;
const MAX_EXTENSIONS = 64;
/** A serial number has at most 20 bytes (4.1.2.2); more are seen. */
const MAX_SERIAL_BYTES = 64;
const MAX_TIME_NS = 2n ** 63n - 1n;

export interface Certificate {
  version: number;
  /** Hexadecimal, upper case, as OpenSSL writes it. */
  serialNumber: string;
  signatureAlgorithm: string;
  /** Distinguished names, the most specific part first (RFC 4514). */
  issuer: string;
  subject: string;
  commonName: string | null;
  /** Nanoseconds since 1970, at most what 64 bits hold; `null` where it cannot be read. */
  notBefore: bigint | null;
  notAfter: bigint | null;
  keyAlgorithm: string | null;
  keyBits: number | null;
  keyExponent: number | null;
  curve: string | null;
  /** DNS names, addresses, mail addresses and URIs, in their order. */
  alternativeNames: string[];
  isAuthority: boolean;
  pathLength: number | null;
  isSelfIssued: boolean;
}

/** Parse the certificate `bytes[start, end)`; `null` when that is none. */
export function parseCertificate(bytes: Uint8Array, start: number, end: number): Certificate | null {
  const whole = new BerReader(bytes, start, end);
  if (!whole.expect(SEQUENCE)) return null;
  const outer = whole.inside();
  if (!outer.expect(SEQUENCE)) return null;
  const fields = outer.inside();
  let version = 1;
  if (fields.peek() === 0xa0 && fields.next()) {
    const number = fields.inside();
    if (number.expect(INTEGER)) version = (number.integer() ?? 0) + 1;
  }
  if (!fields.expect(INTEGER)) return null;
  const serialNumber = hexInteger(fields);
  if (!fields.expect(SEQUENCE)) return null;
  const signatureAlgorithm = algorithmName(fields.inside(), signatureNames);
  if (!fields.expect(SEQUENCE)) return null;
  const issuer = distinguishedName(fields);
  const issuerAt = [fields.start, fields.end] as const;
  if (!fields.expect(SEQUENCE)) return null;
  const validity = fields.inside();
  const notBefore = validity.next() ? timeOf(validity) : null;
  const notAfter = validity.next() ? timeOf(validity) : null;
  if (!fields.expect(SEQUENCE)) return null;
  const subject = distinguishedName(fields);
  const isSelfIssued = areEqual(bytes, issuerAt[0], issuerAt[1], fields.start, fields.end);
  const certificate: Certificate = {
    version,
    serialNumber,
    signatureAlgorithm,
    issuer: issuer.text,
    subject: subject.text,
    commonName: subject.commonName,
    notBefore,
    notAfter,
    keyAlgorithm: null,
    keyBits: null,
    keyExponent: null,
    curve: null,
    alternativeNames: [],
    isAuthority: false,
    pathLength: null,
    isSelfIssued,
  };
  if (!fields.expect(SEQUENCE)) return certificate;
  readKey(certificate, fields.inside());
  while (fields.next()) if (fields.tag === 0xa3) readExtensions(certificate, fields.inside());
  return certificate;
}

/** The integer at hand: its bytes without the one that only keeps it positive (X.690 8.3.2). */
function hexInteger(at: BerReader): string {
  const isPadded = at.end - at.start > 1 && at.bytes[at.start] === 0;
  let text = '';
  for (let i = at.start + (isPadded ? 1 : 0); i < Math.min(at.end, at.start + MAX_SERIAL_BYTES); i++)
    text += at.bytes[i]!.toString(16).padStart(2, '0');
  return text.toUpperCase();
}

/** Name of an AlgorithmIdentifier; its number where it has none here. */
function algorithmName(algorithm: BerReader, names: ReadonlyMap<string, string>): string {
  const id = algorithm.expect(OBJECT_IDENTIFIER) ? algorithm.objectIdentifier(MAX_ARCS) : null;
  return id === null ? '' : (names.get(id) ?? id);
}

/** 4.1.2.4 Name, written as RFC 4514 2: the last part first, commas and other special characters escaped. */
function distinguishedName(at: BerReader): { text: string; commonName: string | null } {
  const parts: string[] = [];
  let commonName: string | null = null;
  const sets = at.inside();
  while (parts.length < MAX_NAME_PARTS && sets.expect(SET)) {
    const members: string[] = [];
    const attributes = sets.inside();
    while (members.length < MAX_NAME_PARTS && attributes.expect(SEQUENCE)) {
      const pair = attributes.inside();
      const id = pair.expect(OBJECT_IDENTIFIER) ? pair.objectIdentifier(MAX_ARCS) : null;
      if (id === null || !pair.next()) break;
      const value = directoryString(pair);
      const name = attributeNames.get(id) ?? id;
      if (name === 'CN') commonName = rowText(value, MAX_VALUE_CHARACTERS);
      members.push(`${name}=${escapedValue(value)}`);
    }
    parts.push(members.join('+'));
  }
  return { text: rowText(parts.reverse().join(','), MAX_NAME_CHARACTERS), commonName };
}

/** RFC 4514 2.4. */
function escapedValue(value: string): string {
  return rowText(value, MAX_VALUE_CHARACTERS).replace(/[,+"\\<>;]|^[ #]| $/g, (character) => `\\${character}`);
}

/** DirectoryString and its relatives, by the tag. */
function directoryString({ bytes, tag, start, end }: BerReader): string {
  if (tag === 0x1e) return wideText(bytes, start, end, 2);
  if (tag === 0x1c) return wideText(bytes, start, end, 4);
  if (tag === 0x14) return String.fromCharCode(...bytes.subarray(start, Math.min(end, start + MAX_VALUE_CHARACTERS)));
  return decodeText(bytes, start, end);
}

/** BMPString and UniversalString: big-endian characters of `width` bytes. */
function wideText(bytes: Uint8Array, start: number, end: number, width: 2 | 4): string {
  let text = '';
  for (let i = start + width - 2; i + 1 < end && text.length < MAX_VALUE_CHARACTERS; i += width)
    text += String.fromCharCode((bytes[i]! << 8) | bytes[i + 1]!);
  return text;
}

/** 4.1.2.5: UTCTime has two digits of the year, from 1950 to 2049; GeneralizedTime four. Seconds may be missing in old ones. */
function timeOf(at: BerReader): bigint | null {
  if (at.tag !== UTC_TIME && at.tag !== GENERALIZED_TIME) return null;
  const text = at.end - at.start > 24 ? '' : at.text();
  const digits = at.tag === UTC_TIME ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d+)?Z?$/.exec(digits);
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number]; // prettier-ignore
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, Number.isNaN(second) ? 0 : second);
  const time = BigInt(date.getTime()) * 1_000_000n;
  return time > MAX_TIME_NS ? MAX_TIME_NS : time;
}

/** 4.1.2.7 SubjectPublicKeyInfo (RFC 3279 2.3, RFC 5480 2). */
function readKey(certificate: Certificate, info: BerReader): void {
  if (!info.expect(SEQUENCE)) return;
  const algorithm = info.inside();
  const id = algorithm.expect(OBJECT_IDENTIFIER) ? algorithm.objectIdentifier(MAX_ARCS) : null;
  if (id === null) return;
  const known = keyAlgorithms.get(id);
  certificate.keyAlgorithm = known?.name ?? id;
  certificate.keyBits = known?.bits ?? null;
  if (!info.expect(BIT_STRING)) return;
  if (certificate.keyAlgorithm === 'id-ecPublicKey') {
    const curveId = algorithm.expect(OBJECT_IDENTIFIER) ? algorithm.objectIdentifier(MAX_ARCS) : null;
    const curve = curveId === null ? undefined : curves.get(curveId);
    certificate.curve = curve?.name ?? curveId;
    certificate.keyBits = curve?.bits ?? null;
  } else if (certificate.keyAlgorithm === 'rsaEncryption' || certificate.keyAlgorithm === 'rsassaPss') {
    // The first byte of a BIT STRING counts unused bits.
    const key = new BerReader(info.bytes, info.start + 1, info.end);
    if (!key.expect(SEQUENCE)) return;
    const numbers = key.inside();
    if (!numbers.expect(INTEGER)) return;
    certificate.keyBits = bitsOf(numbers);
    certificate.keyExponent = numbers.expect(INTEGER) ? numbers.integer() : null;
  } else if (certificate.keyAlgorithm === 'dsaEncryption') {
    const isPrime = algorithm.expect(SEQUENCE);
    const prime = algorithm.inside();
    if (isPrime && prime.expect(INTEGER)) certificate.keyBits = bitsOf(prime);
  }
}

/** Bits of the unsigned integer at hand. */
function bitsOf({ bytes, start, end }: BerReader): number {
  let offset = start;
  while (offset < end && bytes[offset] === 0) offset++;
  return offset === end ? 0 : 8 * (end - offset) - (Math.clz32(bytes[offset]!) - 24);
}

function readExtensions(certificate: Certificate, wrapped: BerReader): void {
  if (!wrapped.expect(SEQUENCE)) return;
  const extensions = wrapped.inside();
  for (let count = 0; count < MAX_EXTENSIONS && extensions.expect(SEQUENCE); count++) {
    const extension = extensions.inside();
    const id = extension.expect(OBJECT_IDENTIFIER) ? extension.objectIdentifier(MAX_ARCS) : null;
    if (extension.peek() === BOOLEAN) extension.next();
    if (!extension.next()) continue;
    const value = extension.inside();
    if (id === SUBJECT_ALTERNATIVE_NAME) readAlternativeNames(certificate, value);
    else if (id === BASIC_CONSTRAINTS) readBasicConstraints(certificate, value);
  }
}

/** 4.2.1.6 GeneralNames. */
function readAlternativeNames(certificate: Certificate, value: BerReader): void {
  if (!value.expect(SEQUENCE)) return;
  const names = value.inside();
  while (certificate.alternativeNames.length < MAX_ALTERNATIVE_NAMES && names.next()) {
    const { tag, start, end } = names;
    const isText = tag === 0x81 || tag === 0x82 || tag === 0x86;
    if (isText) certificate.alternativeNames.push(rowText(names.text(), MAX_VALUE_CHARACTERS));
    else if (tag === 0x87 && (end - start === 4 || end - start === 16))
      certificate.alternativeNames.push(formatIp(names.bytes.slice(start, end)));
  }
}

/** 4.2.1.9. */
function readBasicConstraints(certificate: Certificate, value: BerReader): void {
  if (!value.expect(SEQUENCE)) return;
  const constraints = value.inside();
  while (constraints.next()) {
    if (constraints.tag === BOOLEAN) certificate.isAuthority = constraints.bytes[constraints.start] !== 0;
    else if (constraints.tag === INTEGER) certificate.pathLength = constraints.integer();
  }
}

function areEqual(bytes: Uint8Array, from: number, to: number, otherFrom: number, otherTo: number): boolean {
  if (to - from !== otherTo - otherFrom) return false;
  for (let i = 0; i < to - from; i++) if (bytes[from + i] !== bytes[otherFrom + i]) return false;
  return true;
}

/** Kerberos messages (RFC 4120 5, DER): what is said in clear. Also inside other protocols, where a client shows its ticket (RFC 4121). */
import type { OwnRow } from '@wirecase/contract';
import { BerReader } from './ber.ts';
import { cipherName, errorName, optionNames } from './kerberos-names.ts';
import type { kerberosRecord } from './kerberos-record.ts';
import { guessable, type Sealed } from './kerberos-secret.ts';
import { rowText, withoutEnd } from './text.ts';

export type KerberosRow = OwnRow<typeof kerberosRecord>;
/** Message types are their application tags. */
export const AS_REQ = 10;
export const AS_REP = 11;
export const TGS_REQ = 12;
export const TGS_REP = 13;
export const AP_REQ = 14;
export const KRB_ERROR = 30;

const APPLICATION = 0x60;
const SEQUENCE = 0x30;
const INTEGER = 2;
const BIT_STRING = 3;
const OCTET_STRING = 4;
/** Preauthentication by an encrypted time stamp (5.2.7.2). */
const PA_ENC_TIMESTAMP = 2;
/** A check sum and a confounder, and more than a ticket with many groups. */
const MIN_SEALED_BYTES = 32;
const MAX_SEALED_BYTES = 65_536;
const TICKET = 0x61;
const MAX_TEXT_CHARACTERS = 256;
const MAX_NAME_PARTS = 16;
const MAX_LIST = 32;
/** Bytes of a token in which a ticket is looked for. */
const MAX_SEARCH_BYTES = 4096;
/** 1.2.840.113554.1.2.2, or Microsoft's misspelt 1.2.840.48018.1.2.2, then the token id of AP-REQ (RFC 4121 4.1) and its tag. */
const tokenEnd = [0x12, 0x01, 0x02, 0x02, 0x01, 0x00, 0x6e];

export interface KerberosMessage {
  type: number;
  row: KerberosRow;
  /** What a key made of a password encrypts: the time stamp of a request, the client's part of AS-REP, the ticket of TGS-REP. */
  sealed: Sealed | null;
}

/** The message that is `bytes[start, end)`, or `null`. Only a few levels deep, so no field is believed beyond its element. */
export function readKerberos(bytes: Uint8Array, start: number, end: number): KerberosMessage | null {
  const outer = new BerReader(bytes, start, end);
  if (!outer.next()) return null;
  const type = outer.tag - APPLICATION;
  const inside = outer.inside();
  if (!inside.expect(SEQUENCE)) return null;
  const row = emptyKerberosRow();
  const fields = inside.inside();
  let sealed: Sealed | null = null;
  if (type === AS_REQ || type === TGS_REQ) sealed = readRequest(row, fields);
  else if (type === AS_REP || type === TGS_REP) sealed = readReply(row, fields, type === AS_REP);
  else if (type === AP_REQ) readShown(row, fields);
  else if (type === KRB_ERROR) readError(row, fields);
  else return null;
  return { type, row, sealed };
}

/** The AP-REQ in a GSS-API token, perhaps wrapped in SPNEGO, or `null`. */
export function readShownTicket(bytes: Uint8Array, start: number, end: number): KerberosRow | null {
  const stop = Math.min(end, start + MAX_SEARCH_BYTES) - tokenEnd.length;
  search: for (let at = start; at <= stop; at++) {
    for (let i = 0; i < tokenEnd.length; i++) if (bytes[at + i] !== tokenEnd[i]) continue search;
    const message = readKerberos(bytes, at + tokenEnd.length - 1, end);
    return message?.type === AP_REQ ? message.row : null;
  }
  return null;
}

export function emptyKerberosRow(): KerberosRow {
  return {
    requestType: null,
    carrier: null,
    client: null,
    service: null,
    realm: null,
    success: null,
    error: null,
    errorCode: null,
    errorText: null,
    encryption: null,
    replyEncryption: null,
    offered: [],
    preauthentication: [],
    options: [],
    from: null,
    till: null,
  };
}

/** KDC-REQ (5.4.1): padata is [3], the body [4]. */
function readRequest(row: KerberosRow, fields: BerReader): Sealed | null {
  let name: string | null = null;
  let sealed: Sealed | null = null;
  while (fields.next()) {
    if (fields.tag === 0xa3) {
      row.preauthentication = padataTypes(fields.inside());
      sealed = timestampIn(fields.inside());
    }
    if (fields.tag !== 0xa4) continue;
    const body = fields.inside();
    if (!body.expect(SEQUENCE)) return null;
    const parts = body.inside();
    while (parts.next()) {
      const part = parts.inside();
      if (!part.next()) return null;
      if (parts.tag === 0xa0 && part.tag === BIT_STRING) row.options = optionNames(part.bytes, part.start + 1, part.end);
      else if (parts.tag === 0xa1) name = principal(part);
      else if (parts.tag === 0xa2) row.realm = text(part);
      else if (parts.tag === 0xa3) row.service = principal(part);
      else if (parts.tag === 0xa4) row.from = kerberosTime(part.text());
      else if (parts.tag === 0xa5) row.till = kerberosTime(part.text());
      else if (parts.tag === 0xa8) row.offered = ciphers(part.inside());
    }
  }
  row.client = clientOf(name, row.realm);
  return sealed;
}

/** KDC-REP (5.4.2): client realm [3] and name [4], ticket [5], the client's part [6]. */
function readReply(row: KerberosRow, fields: BerReader, isFirst: boolean): Sealed | null {
  let sealed: Sealed | null = null;
  let realm: string | null = null;
  let name: string | null = null;
  row.success = true;
  while (fields.next()) {
    const part = fields.inside();
    if (fields.tag < 0xa3 || !part.next()) continue;
    if (fields.tag === 0xa3) realm = text(part);
    else if (fields.tag === 0xa4) name = principal(part);
    else if (fields.tag === 0xa5) {
      const ticket = readTicket(row, part);
      if (!isFirst) sealed = ticket;
    } else if (fields.tag === 0xa6) {
      row.replyEncryption = cipherOf(part);
      if (isFirst) sealed = sealedIn(part);
    }
  }
  row.client = clientOf(name, realm);
  return sealed;
}

/** AP-REQ (5.5.1): options [2], ticket [3]. */
function readShown(row: KerberosRow, fields: BerReader): void {
  row.requestType = 'AP';
  while (fields.next()) {
    const part = fields.inside();
    if (fields.tag === 0xa3 && part.next()) readTicket(row, part);
  }
}

/** Ticket (5.3): realm [1], service [2], encrypted part [3]. `part` has gone to it. */
function readTicket(row: KerberosRow, part: BerReader): Sealed | null {
  if (part.tag !== TICKET) return null;
  const inside = part.inside();
  if (!inside.expect(SEQUENCE)) return null;
  const fields = inside.inside();
  let sealed: Sealed | null = null;
  while (fields.next()) {
    const one = fields.inside();
    if (!one.next()) break;
    if (fields.tag === 0xa1) row.realm = text(one);
    else if (fields.tag === 0xa2) row.service = principal(one);
    else if (fields.tag === 0xa3) {
      row.encryption = cipherOf(one);
      sealed = sealedIn(one);
    }
  }
  return sealed;
}

/** KRB-ERROR (5.9.1). */
function readError(row: KerberosRow, fields: BerReader): void {
  let realm: string | null = null;
  let name: string | null = null;
  row.success = false;
  while (fields.next()) {
    const part = fields.inside();
    if (!part.next()) return;
    if (fields.tag === 0xa6) row.errorCode = part.integer();
    else if (fields.tag === 0xa7) realm = text(part);
    else if (fields.tag === 0xa8) name = principal(part);
    else if (fields.tag === 0xa9) row.realm = text(part);
    else if (fields.tag === 0xaa) row.service = principal(part);
    else if (fields.tag === 0xab) row.errorText = rowText(withoutEnd(part.text(), '\0'), MAX_TEXT_CHARACTERS); // some end it as C does
  }
  row.client = clientOf(name, realm ?? row.realm);
  if (row.errorCode !== null) row.error = errorName(row.errorCode);
}

/** PrincipalName (5.2.2): its parts joined by `/`. `reader` has gone to it. */
function principal(reader: BerReader): string | null {
  if (reader.tag !== SEQUENCE) return null;
  const fields = reader.inside();
  while (fields.next()) {
    const list = fields.inside();
    if (fields.tag !== 0xa1 || !list.expect(SEQUENCE)) continue;
    const names = list.inside();
    const parts: string[] = [];
    while (parts.length < MAX_NAME_PARTS && names.next()) parts.push(names.text());
    return parts.length === 0 ? null : rowText(parts.join('/'), MAX_TEXT_CHARACTERS);
  }
  return null;
}

function clientOf(name: string | null, realm: string | null): string | null {
  return name === null ? null : `${name}/${realm ?? ''}`;
}

/** EncryptedData (5.2.9): the cipher is [0]. `reader` has gone to it. */
function cipherOf(reader: BerReader): string | null {
  const fields = reader.inside();
  if (!fields.expect(0xa0)) return null;
  const number = fields.inside();
  const id = number.expect(INTEGER) ? number.integer() : null;
  return id === null ? null : cipherName(id);
}

/** EncryptedData whole (5.2.9): cipher [0], bytes [2]; `null` where no password makes the key. `reader` has gone to it. */
function sealedIn(reader: BerReader): Sealed | null {
  if (reader.tag !== SEQUENCE) return null;
  const fields = reader.inside();
  let cipher: number | null = null;
  while (fields.next()) {
    const part = fields.inside();
    if (!part.next()) return null;
    if (fields.tag === 0xa0) cipher = part.integer();
    if (fields.tag !== 0xa2 || cipher === null || !guessable.has(cipher) || part.tag !== OCTET_STRING) continue;
    const length = part.end - part.start;
    return length < MIN_SEALED_BYTES || length > MAX_SEALED_BYTES ? null : { cipher, bytes: part.bytes.slice(part.start, part.end) };
  }
  return null;
}

/** The encrypted time stamp among PA-DATA (5.2.7): type [1], value [2]. */
function timestampIn(reader: BerReader): Sealed | null {
  if (!reader.expect(SEQUENCE)) return null;
  const all = reader.inside();
  for (let i = 0; i < MAX_LIST && all.expect(SEQUENCE); i++) {
    const fields = all.inside();
    if (!fields.expect(0xa1)) continue;
    const type = fields.inside();
    if (!type.expect(INTEGER) || type.integer() !== PA_ENC_TIMESTAMP || !fields.expect(0xa2)) continue;
    const value = fields.inside();
    const inside = value.expect(OCTET_STRING) ? value.inside() : null;
    return inside?.expect(SEQUENCE) ? sealedIn(inside) : null;
  }
  return null;
}

function ciphers(reader: BerReader): string[] {
  const list: string[] = [];
  while (list.length < MAX_LIST && reader.expect(INTEGER)) {
    const id = reader.integer();
    if (id !== null) list.push(cipherName(id));
  }
  return list;
}

/** PA-DATA (5.2.7): type [1]. */
function padataTypes(reader: BerReader): number[] {
  const list: number[] = [];
  if (!reader.expect(SEQUENCE)) return list;
  const all = reader.inside();
  while (list.length < MAX_LIST && all.expect(SEQUENCE)) {
    const fields = all.inside();
    if (!fields.expect(0xa1)) continue;
    const number = fields.inside();
    const type = number.expect(INTEGER) ? number.integer() : null;
    if (type !== null) list.push(type);
  }
  return list;
}

/** KerberosTime (5.2.3), `20260131235959Z`; nanoseconds. */
function kerberosTime(value: string): bigint | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(value);
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [number, number, number, number, number, number];
  return BigInt(Date.UTC(year, month - 1, day, hour, minute, second)) * 1_000_000n;
}

function text(reader: BerReader): string {
  return rowText(reader.text(), MAX_TEXT_CHARACTERS);
}

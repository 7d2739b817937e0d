/** SSH_MSG_KEXINIT (RFC 4253 7.1): the algorithms that one side offers, and the fingerprint of its offer. */
import { formatHex, type Platform } from '@wirecase/contract';
import { decodeText, rowText } from '../common/text.ts';

export const SSH_MSG_KEXINIT = 20;
export const SSH_MSG_NEWKEYS = 21;
/** Message number, then a cookie of 16 bytes. */
const LISTS_OFFSET = 17;
/** kex, host key, then cipher, MAC, compression and language, each for client to server and for server to client. */
const LISTS = 10;
/** Algorithms kept of a list; those of real implementations have up to 30. */
const MAX_NAMES = 64;
const MAX_NAME_CHARACTERS = 128;

export interface KexInit {
  /** Bytes of the ten name-lists as sent. */
  readonly raw: readonly Uint8Array[];
  readonly kex: readonly string[];
  readonly hostKey: readonly string[];
  /** Client to server. */
  readonly cipher: readonly string[];
  readonly mac: readonly string[];
  readonly compression: readonly string[];
}

/** The message in `bytes[start, end)` without padding, its number first; big-endian lengths. `null` when a list passes the end. */
export function parseKexInit(bytes: Uint8Array, start: number, end: number): KexInit | null {
  const raw: Uint8Array[] = [];
  let offset = start + LISTS_OFFSET;
  for (let i = 0; i < LISTS; i++) {
    if (offset + 4 > end) return null;
    const length = ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>> 0;
    offset += 4;
    if (length > end - offset) return null;
    raw.push(bytes.slice(offset, offset + length));
    offset += length;
  }
  return {
    raw,
    kex: names(raw[0]!),
    hostKey: names(raw[1]!),
    cipher: names(raw[2]!),
    mac: names(raw[4]!),
    compression: names(raw[6]!),
  };
}

/** HASSH: MD5 of `kex;cipher;mac;compression`, the lists as sent, for what this side sends. */
export function hassh(offer: KexInit, isClient: boolean, platform: Platform): string {
  const side = isClient ? 0 : 1;
  const lists = [offer.raw[0]!, offer.raw[2 + side]!, offer.raw[4 + side]!, offer.raw[6 + side]!];
  const text = new Uint8Array(lists.reduce((sum, list) => sum + list.length + 1, -1)).fill(0x3b);
  let at = 0;
  for (const list of lists) {
    text.set(list, at);
    at += list.length + 1;
  }
  return formatHex(platform.digest('md5', text));
}

/** RFC 4253 7.1: the first of the client's that the server has too. */
export function settled(client: readonly string[], server: readonly string[]): string | null {
  const offered = new Set(server);
  return client.find((name) => offered.has(name)) ?? null;
}

function names(list: Uint8Array): string[] {
  if (list.length === 0) return [];
  const text = decodeText(list, 0, list.length).split(',', MAX_NAMES);
  return text.map((name) => rowText(name, MAX_NAME_CHARACTERS));
}

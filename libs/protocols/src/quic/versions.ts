/** Versions of QUIC: how they protect their Initial packets, and what tells them from other datagrams. */
import { hexText } from './hex-text.ts';

export interface Version {
  /** `1`, `2`, `draft-29`, `Q046` ... */
  readonly name: string;
  /** Salt of the Initial secret (RFC 9001 5.2); `null` where Initials are in clear, or unknown. */
  readonly salt: Uint8Array | null;
  /** Prefix of the labels of the keys: `quic `, or `quicv2 ` (RFC 9369 3.3.2). */
  readonly labels: string;
  /** The two bits that mean Initial in the first byte of a long header. */
  readonly initialType: number;
  /** Google's own handshake instead of TLS. */
  readonly isGoogle: boolean;
}

const version = (name: string, salt: string | null, isGoogle = false): Version => ({
  name,
  salt: salt === null ? null : hexText(salt),
  labels: 'quic ',
  initialType: 0,
  isGoogle,
});

const saltOfDraft22 = '7fbcdb0e7c66bbe9193a96cd21519ebd7a02644a';
const saltOfDraft23 = 'c3eef712c72ebb5a11a7d2432bb46365bef9f502';
const saltOfDraft29 = 'afbfec289993d24c9e9786f19c6111e04390a899';
const version1 = version('1', '38762cf7f55934b34d179ae6a4c80cadccbb7f0a');
const version2: Version = { ...version('2', '0dede3def700a6db819381be6e269dcbf9bd2ed9'), labels: 'quicv2 ', initialType: 1 };

/** RFC 9000 15: versions that are never spoken: who begins with one wants to be told of others. */
export const reserved = version('reserved', null);

function saltOfDraft(draft: number): string | null {
  if (draft >= 23) return saltOfDraft23;
  return draft === 22 ? saltOfDraft22 : null;
}

/** The version of this number, or `null` for one that is not QUIC's. */
export function versionOf(number: number): Version | null {
  if (number === 1) return version1;
  if (number === 0x6b33_43cf) return version2;
  if (number >>> 8 === 0xff_0000) {
    const draft = number & 255;
    if (draft >= 29 && draft <= 34) return version(`draft-${draft}`, saltOfDraft29);
    return draft >= 18 ? version(`draft-${draft}`, saltOfDraft(draft)) : null;
  }
  // Facebook's mvfst: 1 is draft 22, 2 and its experiments are draft 27.
  if (number >>> 4 === 0xfaceb00) return version(`mvfst-${(number & 15).toString(16)}`, saltOfDraft((number & 15) === 1 ? 22 : 27));
  if ((number & 0x0f0f_0f0f) === 0x0a0a_0a0a) return reserved;
  return google(number);
}

/** Q or T and three digits: Q050 and T051 are protected as drafts were. */
function google(number: number): Version | null {
  const letter = number >>> 24;
  if (letter !== 0x51 && letter !== 0x54) return null;
  for (let shift = 16; shift >= 0; shift -= 8) if (((number >>> shift) & 255) < 0x30 || ((number >>> shift) & 255) > 0x39) return null;
  const name = String.fromCharCode(letter, (number >>> 16) & 255, (number >>> 8) & 255, number & 255);
  if (name === 'Q050') return version(name, '504574efd066fe2f9d945cfcdbd3a7f0d3b56b45', true);
  if (name === 'T050' || name === 'T051') return version(name, '7a4edef4e7ccee5fa4506c19124fc8ccda6e033d');
  return version(name, null, true);
}

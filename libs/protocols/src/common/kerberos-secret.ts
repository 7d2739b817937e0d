/** Parts of Kerberos that are encrypted by a key made of a password, in the form that programs for guessing take (hashcat, John the Ripper). */
import { formatHex } from '@wirecase/contract';

/** EncryptedData (RFC 4120 5.2.9) of one of the ciphers below, its bytes as sent. */
export interface Sealed {
  readonly cipher: number;
  readonly bytes: Uint8Array;
}

export const RC4_HMAC = 23;
const AES128 = 17;
const AES256 = 18;
/** Ciphers whose keys are made of passwords, for which there is a form. */
export const guessable: ReadonlySet<number> = new Set([AES128, AES256, RC4_HMAC]);
/** A check sum stands before what is encrypted by rc4-hmac (RFC 4757 5), behind it in the others (RFC 3962 6). */
const RC4_SUM_BYTES = 16;
const AES_SUM_BYTES = 12;

/** The encrypted time stamp of a request: modes 7500 (RC4), 19800 and 19900 (AES). `client`: name, slash, realm. */
export function timestampSecret(client: string, { cipher, bytes }: Sealed): string {
  const [name, realm] = parted(client);
  const hex = formatHex(bytes);
  if (cipher !== RC4_HMAC) return `$krb5pa$${cipher}$${name}$${realm}$${hex}`;
  // A salt that is not used, then the sum behind the rest.
  return `$krb5pa$23$${name}$${realm}$$${hex.slice(2 * RC4_SUM_BYTES)}${hex.slice(0, 2 * RC4_SUM_BYTES)}`;
}

/** The client's part of a reply that was given without preauthentication: modes 18200 (RC4), 32100 and 32200 (AES). */
export function replySecret(client: string, sealed: Sealed): string {
  const [name, realm] = parted(client);
  const [sum, rest] = halves(sealed);
  if (sealed.cipher === RC4_HMAC) return `$krb5asrep$23$${name}@${realm}:${sum}$${rest}`;
  return `$krb5asrep$${sealed.cipher}$${name}$${realm}$${sum}$${rest}`;
}

/**
 * A ticket, which the service's password seals: modes 13100 (RC4), 19600 and 19700 (AES). The service's account is not said on the way; its
 * name takes that place. It is part of an AES key, so there it has to be set right before guessing.
 */
export function ticketSecret(service: string, realm: string, sealed: Sealed): string {
  const [sum, rest] = halves(sealed);
  const spn = service.replaceAll(':', '~');
  if (sealed.cipher === RC4_HMAC) return `$krb5tgs$23$*${spn}$${realm}$${spn}*$${sum}$${rest}`;
  return `$krb5tgs$${sealed.cipher}$${spn}$${realm}$*${spn}*$${sum}$${rest}`;
}

function parted(client: string): [name: string, realm: string] {
  const slash = client.lastIndexOf('/');
  return [client.slice(0, slash), client.slice(slash + 1)];
}

function halves({ cipher, bytes }: Sealed): [sum: string, rest: string] {
  const hex = formatHex(bytes);
  const cut = cipher === RC4_HMAC ? 2 * RC4_SUM_BYTES : hex.length - 2 * AES_SUM_BYTES;
  return cipher === RC4_HMAC ? [hex.slice(0, cut), hex.slice(cut)] : [hex.slice(cut), hex.slice(0, cut)];
}

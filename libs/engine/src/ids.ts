/** Ids that are the same whenever the same capture is analysed. */
import { formatHex } from '@wirecase/contract';

/** What makes a number of so many digits one of 12. */
const zeros = Array.from({ length: 13 }, (_, length) => '0'.repeat(12 - length));

/** First 8 bytes of the capture's SHA-256 and a number (big-endian, 8 bytes) as UUID text. Of flows: the number of the first packet. */
export class IdMaker {
  private readonly prefix: string;

  constructor(captureSha256: Uint8Array) {
    const digits = formatHex(captureSha256.subarray(0, 8));
    this.prefix = `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12)}-`;
  }

  id(number: number): string {
    const digits = number.toString(16);
    if (digits.length <= 12) return `${this.prefix}0000-${zeros[digits.length]!}${digits}`;
    const all = digits.padStart(16, '0');
    return `${this.prefix}${all.slice(0, 4)}-${all.slice(4)}`;
  }
}

/** 16 bytes as UUID text. */
export function uuidText(bytes: Uint8Array): string {
  const digits = formatHex(bytes.subarray(0, 16));
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

/** Data of LOC (RFC 1876 2) as master files write it: `42 21 54.000 N 71 6 18.000 W -24.00m 30m 10000m 10m`. */
import { read32 } from '../common/binary.ts';

export const LOCATION_BYTES = 16;
const VERSION = 0;
/** Where equator and prime meridian lie, in thousandths of a second of arc; and the sea, in centimetres. */
const ORIGIN = 2 ** 31;
const SEA_LEVEL_CM = 10_000_000;

/** Of the 16 bytes from `offset`; null for a version that is not known. */
export function locationText(bytes: Uint8Array, offset: number): string | null {
  if (bytes[offset] !== VERSION) return null;
  const latitude = angle(read32(bytes, offset + 4), 'N', 'S');
  const longitude = angle(read32(bytes, offset + 8), 'E', 'W');
  const altitude = ((read32(bytes, offset + 12) - SEA_LEVEL_CM) / 100).toFixed(2);
  const sizes = [1, 2, 3].map((at) => size(bytes[offset + at]!));
  return [latitude, longitude, `${altitude}m`, ...sizes].join(' ');
}

function angle(value: number, positive: string, negative: string): string {
  const thousandths = Math.abs(value - ORIGIN);
  const degrees = Math.floor(thousandths / 3_600_000);
  const minutes = Math.floor(thousandths / 60_000) % 60;
  return `${degrees} ${minutes} ${((thousandths % 60_000) / 1000).toFixed(3)} ${value < ORIGIN ? negative : positive}`;
}

/** A digit and a power of ten, of centimetres. */
function size(byte: number): string {
  const centimetres = (byte >> 4) * 10 ** (byte & 15);
  return `${centimetres < 100 ? (centimetres / 100).toFixed(2) : centimetres / 100}m`;
}

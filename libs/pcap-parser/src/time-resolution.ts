import type { CaptureRecord } from './capture-record.ts';

/**
 * Turn a pcapng time (64 bits in `high` and `low`, units of if_tsresol) into the record's seconds and nanoseconds. Powers of ten up to
 * 10^-9, which is what capture tools write, need no bigint.
 */
export function setBlockTime(record: CaptureRecord, high: number, low: number, resolution: number, offsetSeconds: number): void {
  if (resolution > 9) {
    setBlockTimeExactly(record, high, low, resolution, offsetSeconds);
    return;
  }
  const units = unitsPerSecond[resolution]!;
  // Long division in digits of 16 bits: every intermediate value stays below 2^53.
  let quotient = Math.floor(high / units);
  let rest = high - quotient * units;
  const middle = rest * 65536 + (low >>> 16);
  const middleQuotient = Math.floor(middle / units);
  rest = middle - middleQuotient * units;
  quotient = quotient * 65536 + middleQuotient;
  const last = rest * 65536 + (low & 0xffff);
  const lastQuotient = Math.floor(last / units);
  rest = last - lastQuotient * units;
  record.setTime(quotient * 65536 + lastQuotient + offsetSeconds, rest * nanosPerUnit[resolution]!);
}

const unitsPerSecond = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
const nanosPerUnit = [1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1e3, 1e2, 1e1, 1];

/** Any if_tsresol: 10^-0 .. 10^-127, 2^-0 .. 2^-127. What is finer than a nanosecond is cut off. */
function setBlockTimeExactly(record: CaptureRecord, high: number, low: number, resolution: number, offsetSeconds: number): void {
  const base = resolution & 0x80 ? 2n : 10n;
  const units = base ** BigInt(resolution & 0x7f);
  const time = (BigInt(high) << 32n) | BigInt(low);
  const seconds = time / units;
  const nanos = ((time - seconds * units) * 1_000_000_000n) / units;
  record.setTime(Number(seconds) + offsetSeconds, Number(nanos));
}

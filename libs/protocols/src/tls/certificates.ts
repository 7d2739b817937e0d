/** The Certificate message (RFC 5246 7.4.2): a record for each certificate of the chain. */
import { formatHex, type FlowContext, type Platform } from '@wirecase/contract';
import { parseCertificate, type Certificate } from '../common/certificate.ts';
import { x509Record } from './x509-fields.ts';

/** Certificates of one chain that are told. */
const MAX_CERTIFICATES = 16;

/** Certificates that are remembered: the same few are shown again and again. */
const MAX_KNOWN = 1024;
const known = new Map<string, ShownCertificate>();

/** A certificate and the digests by which it is known. */
export interface ShownCertificate extends Certificate {
  sha1: string;
  sha256: string;
}

/** Tell of the chain in `bytes[start, end)`, the body of the message. Gives it, the host's own certificate first. */
export function emitCertificates(
  context: FlowContext,
  isClient: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
): ShownCertificate[] {
  const chain: ShownCertificate[] = [];
  let offset = start + 3;
  while (offset + 3 <= end && chain.length < MAX_CERTIFICATES) {
    const from = offset + 3;
    const next = from + ((bytes[offset]! << 16) | (bytes[offset + 1]! << 8) | bytes[offset + 2]!);
    const certificate = next <= end ? shownCertificate(bytes.subarray(from, next), context.platform) : null;
    if (!certificate) {
      context.weird('x509_bad_certificate');
      break;
    }
    context.emit(x509Record, { ...certificate, position: chain.length, isClient, bytes: next - from });
    chain.push(certificate);
    offset = next;
  }
  return chain;
}

/** The certificate that `der` is, `null` when it is none. */
function shownCertificate(der: Uint8Array, platform: Platform): ShownCertificate | null {
  const sha256 = formatHex(platform.digest('sha256', der));
  const before = known.get(sha256);
  if (before) return before;
  const certificate = parseCertificate(der, 0, der.length);
  if (!certificate) return null;
  const shown = { ...certificate, sha1: formatHex(platform.digest('sha1', der)), sha256 };
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(sha256, shown);
  return shown;
}

/** The Certificate message (RFC 5246 7.4.2): a record for each certificate of the chain. */
import { formatHex, type FlowContext } from '@wirecase/contract';
import { parseCertificate, type Certificate } from '../common/certificate.ts';
import { x509Record } from './x509-fields.ts';

/** Certificates of one chain that are told. */
const MAX_CERTIFICATES = 16;

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
    const certificate = next <= end ? parseCertificate(bytes, from, next) : null;
    if (!certificate) {
      context.weird('x509_bad_certificate');
      break;
    }
    const der = bytes.subarray(from, next);
    const sha1 = formatHex(context.platform.digest('sha1', der));
    const sha256 = formatHex(context.platform.digest('sha256', der));
    context.emit(x509Record, { ...certificate, position: chain.length, isClient, sha1, sha256, bytes: der.length });
    chain.push({ ...certificate, sha1, sha256 });
    offset = next;
  }
  return chain;
}

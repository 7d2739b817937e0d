/**
 * TLS of servers outside the network that nobody who keeps a server in order would offer: certificates signed by themselves that are also
 * expired, not yet valid or weak, and what was forbidden when it was used. No state but what was told: one finding for each server and reason.
 */
import { formatIp, type RecordType, type RowOf } from '@wirecase/contract';
import { tlsRecord, x509Record } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, OptionValues } from '../detector.ts';
import { isInternal } from '../host-table.ts';
import { Told } from '../told.ts';
import { options } from './options.ts';

/** A capture from before has a clock that was never set: 2000-01-01, nanoseconds since 1970. */
const SET_CLOCK = 946_684_800_000_000_000n;
/**
 * From when on it is forbidden and no longer spoken by browsers: RC4 since RFC 7465 and January 2016, SSL 3.0 since RFC 7568 of June 2015, TLS
 * 1.0 and 1.1 since RFC 8996 of March 2021.
 */
const NO_RC4 = 1_454_284_800_000_000_000n;
const NO_SSL = 1_435_708_800_000_000_000n;
const NO_OLD_TLS = 1_617_235_200_000_000_000n;
/** How a connection begins; it must not be agreed on (RFC 5246 A.5), so what reads so is no such answer. */
const NOTHING_YET = 'TLS_NULL_WITH_NULL_NULL';

type Certificate = RowOf<typeof x509Record.fields>;
type Handshake = RowOf<typeof tlsRecord.fields>;

class SuspiciousTlsDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly told = new Told();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  record(type: RecordType, row: object): void {
    const { sourceIp, destinationIp } = row as Handshake;
    if (!isInternal(sourceIp) || isInternal(destinationIp)) return;
    if (type === x509Record) this.certificate(row as Certificate);
    else this.handshake(row as Handshake);
  }

  finish(): void {}

  private certificate(certificate: Certificate): void {
    if (certificate.isClient || certificate.position > 0 || !certificate.isSelfIssued) return;
    const { time, notBefore, notAfter, keyAlgorithm, keyBits } = certificate;
    const isTimeKnown = time >= SET_CLOCK;
    if (isTimeKnown && notAfter !== null && notAfter < time) this.tell(certificate, 'certificate-expired', 'signed by itself and expired');
    else if (isTimeKnown && notBefore !== null && notBefore > time)
      this.tell(certificate, 'certificate-early', 'signed by itself and not yet valid');
    else if (keyAlgorithm === 'rsaEncryption' && keyBits !== null && keyBits < this.options.keyBits)
      this.tell(certificate, 'certificate-weak', `signed by itself and has an RSA key of ${keyBits} bits`);
  }

  private handshake(handshake: Handshake): void {
    const { time, version, cipher, established } = handshake;
    if (!established || cipher === NOTHING_YET) return;
    if (cipher !== null && /_(?:EXPORT|NULL|anon)(?:_|\d|$)/i.test(cipher)) this.tellParameter(handshake, `the cipher ${cipher}`);
    else if (cipher !== null && cipher.includes('_RC4_') && time >= NO_RC4) this.tellParameter(handshake, `the cipher ${cipher}`);
    else if (version === '3.0' && time >= NO_SSL) this.tellParameter(handshake, 'SSL 3.0');
    else if ((version === '1.0' || version === '1.1') && time >= NO_OLD_TLS) this.tellParameter(handshake, `TLS ${version}`);
  }

  private tellParameter(handshake: Handshake, what: string): void {
    this.tell(handshake, 'weak-parameters', `${what}, which was forbidden by then or never protected anything`);
  }

  private tell(row: Certificate | Handshake, reason: string, what: string): void {
    const [client, server] = [formatIp(row.sourceIp), formatIp(row.destinationIp)];
    if (!this.told.isNew(`${server} ${row.destinationPort} ${reason}`)) return;
    const isCertificate = reason !== 'weak-parameters';
    this.context.alert({
      start: row.time,
      end: row.time,
      detectedAt: this.context.timeNs,
      severity: 25,
      confidence: 0.5,
      techniques: isCertificate ? ['T1573.002', 'T1587.003'] : ['T1573.002'],
      sourceIp: row.sourceIp,
      destinationIp: row.destinationIp,
      alertClass: `tls.${reason}`,
      entities: [
        { role: 'victim', ip: client },
        { role: 'attacker', ip: server },
      ],
      evidence: { metric: isCertificate ? 'certificates' : 'handshakes', value: 1, threshold: 1, window: 0, packets: [row.packet] },
      explanation: isCertificate
        ? `${server} port ${row.destinationPort}, outside the network, showed ${client} a certificate that is ${what}: ${(row as Certificate).subject}.`
        : `${client} and ${server} port ${row.destinationPort}, outside the network, agreed on ${what}.`,
    });
  }
}

export const suspiciousTls: DetectorModule<typeof options> = {
  rule: {
    id: 'suspicious-tls',
    name: 'Suspicious TLS',
    version: '1',
    needs: ['streams', 'whole-packets'],
    doc:
      'A server outside the network shows a certificate signed by itself that is also expired (tls.certificate-expired), not yet valid ' +
      '(tls.certificate-early) or has a short RSA key (tls.certificate-weak) at the time of the packet; or it agrees on EXPORT, NULL or ' +
      'anonymous ciphers, or on RC4, SSL 3.0, TLS 1.0 or 1.1 after these were forbidden (tls.weak-parameters). One finding for each server, ' +
      'port and reason. Command servers do that; so do devices that nobody looks after. TLS 1.3 hides certificates.',
  },
  options,
  records: [x509Record, tlsRecord],
  create: (context, values) => new SuspiciousTlsDetector(context, values),
};

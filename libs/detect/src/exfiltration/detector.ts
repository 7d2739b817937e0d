/**
 * Much data sent out of the network: by one host to another, far more than comes back. State: at most MAX_PAIRS pairs; those not seen for
 * longest go first.
 */
import { formatIp } from '@wirecase/contract';
import type { DetectContext, Detector, DetectorModule, EndedFlow, Finding, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { HostTable, isInward, isOutward, MAX_HOSTS } from '../host-table.ts';
import { spanText } from '../tally.ts';
import { options } from './options.ts';

const MAX_PAIRS = 16_384;
const MAX_PACKETS = 50;
const MEGABYTE = 1_000_000;
const TCP = 6;
/** A server of FTP in active mode connects from here to the client, whatever way the file goes (RFC 959 3.2). */
const FTP_DATA = 20;

class Transfer {
  readonly source: number;
  readonly destination: number;
  sent = 0;
  received = 0;
  flows = 0;
  startNs = 0n;
  endNs = 0n;
  /** Packet time at which the window began, seconds. */
  since = 0;
  detectedAtNs: bigint | null = null;
  packets: number[] = [];

  constructor(source: number, destination: number) {
    this.source = source;
    this.destination = destination;
  }
}

class ExfiltrationDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  private readonly hosts = new HostTable();
  private readonly transfers = new GenerationMap<Transfer>(MAX_PAIRS, (_key, transfer) => this.close(transfer));

  /** Those that crossed the threshold and may go on. */
  private readonly large = new Set<Transfer>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  ended(flow: EndedFlow): void {
    const isFetched = flow.sourcePort === FTP_DATA && flow.ianaNumber === TCP && isInward(flow);
    const end = isFetched ? 1 : 0;
    const [sent, received] = [flow.payloadBytes(end), flow.payloadBytes(1 - end)];
    if (sent < received || !(isFetched || isOutward(flow))) return;
    if (this.hosts.isFull) this.restart();
    const [originator, responder] = [this.hosts.sourceOf(flow), this.hosts.destinationOf(flow)];
    const transfer = isFetched ? this.transferOf(responder, originator) : this.transferOf(originator, responder);
    const { megabytes, ratio, window } = this.options;
    const { seconds, timeNs } = this.context;
    if (transfer.flows > 0 && seconds - transfer.since > window) this.close(transfer);
    if (transfer.flows === 0) {
      transfer.since = seconds;
      transfer.startNs = flow.startNs;
    }
    transfer.flows++;
    transfer.sent += sent;
    transfer.received += received;
    if (flow.startNs < transfer.startNs) transfer.startNs = flow.startNs;
    transfer.endNs = flow.endNs;
    if (transfer.packets.length < MAX_PACKETS) transfer.packets.push(flow.firstPacket);
    const isMuch = transfer.sent >= megabytes * MEGABYTE && transfer.sent >= ratio * transfer.received;
    if (!isMuch) return;
    transfer.detectedAtNs ??= timeNs;
    this.large.add(transfer);
  }

  open(): Finding[] {
    for (const transfer of this.large) if (this.context.seconds - transfer.since > this.options.window) this.close(transfer);
    return [...this.large].map((transfer) => this.rowOf(transfer, transfer.detectedAtNs!));
  }

  finish(): void {
    this.transfers.clear();
  }

  private transferOf(source: number, destination: number): Transfer {
    const key = source * MAX_HOSTS + destination;
    const transfer = this.transfers.get(key) ?? new Transfer(source, destination);
    this.transfers.set(key, transfer);
    return transfer;
  }

  private close(transfer: Transfer): void {
    if (transfer.detectedAtNs !== null) this.context.alert(this.rowOf(transfer, transfer.detectedAtNs));
    this.large.delete(transfer);
    transfer.detectedAtNs = null;
    transfer.sent = 0;
    transfer.received = 0;
    transfer.flows = 0;
    transfer.packets = [];
  }

  private rowOf(transfer: Transfer, detectedAt: bigint): Finding {
    const { megabytes, ratio, window } = this.options;
    const source = this.hosts.addressOf(transfer.source);
    const destination = this.hosts.addressOf(transfer.destination);
    const sent = Math.round(transfer.sent / MEGABYTE);
    return {
      start: transfer.startNs,
      end: transfer.endNs,
      detectedAt,
      severity: transfer.sent >= 10 * megabytes * MEGABYTE ? 65 : 50,
      confidence: 0.6,
      techniques: ['T1041', 'T1048'],
      sourceIp: source,
      destinationIp: destination,
      alertClass: 'exfiltration.volume',
      // Who sends acts: a backup host is one whose job it is. Where it goes to says `destination.ip`.
      entities: [{ role: 'attacker', ip: formatIp(source) }],
      evidence: { metric: 'megabytes sent out', value: sent, threshold: megabytes, window, packets: transfer.packets },
      explanation:
        `${formatIp(source)} sent ${sent} MB to ${formatIp(destination)} outside its network in ` +
        `${spanText(Number(transfer.endNs - transfer.startNs) / 1e9)} over ${transfer.flows} connections and got ` +
        `${(transfer.received / MEGABYTE).toFixed(1)} MB back. The threshold is ${megabytes} MB within ${window} s, at least ${ratio} times what comes back.`,
    };
  }

  private restart(): void {
    this.finish();
    this.hosts.clear();
  }
}

export const exfiltration: DetectorModule<typeof options> = {
  rule: {
    id: 'exfiltration',
    name: 'Much data sent out',
    version: '1',
    needs: ['both-directions', 'answers'],
    doc:
      'A host sends one outside its network far more than it gets back. Counted when connections end. Backups to a service on the internet ' +
      'and uploads of films look the same.',
  },
  options,
  create: (context, values) => new ExfiltrationDetector(context, values),
};

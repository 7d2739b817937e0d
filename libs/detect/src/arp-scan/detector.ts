/** ARP scans: a host asks for many addresses that nobody has. Bounds are those of `Sweeps`. */
import { ipv4Bytes, macText } from '../address-text.ts';
import type { ArpView, DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { GenerationMap } from '../generation-map.ts';
import { type Sweep, Sweeps } from '../sweep.ts';
import { sweepFinding } from '../sweep-finding.ts';
import { options } from './options.ts';

/** Hosts whose address is remembered; those that asked longest ago go first. */
const MAX_HOSTS = 65_536;
const REQUEST = 1;
const BROADCAST = 0xffff_ffff_ffff;

class ArpScanDetector implements Detector {
  private readonly values: OptionValues<typeof options>;
  private readonly sweeps: Sweeps;
  /** By MAC: the address it asks from, 0 when it has none yet. */
  private readonly addresses = new GenerationMap<number>(MAX_HOSTS);

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.values = values;
    this.sweeps = new Sweeps(context, values, (sweep) => context.alert(this.rowOf(sweep)));
  }

  arp(arp: ArpView): void {
    const { senderMac, senderIp, targetIp } = arp;
    if (arp.operation !== REQUEST) {
      this.sweeps.answered(arp.targetMac, senderIp);
      return;
    }
    // To a single host: a neighbour that is known is asked whether it is still there. For one's own address: an announcement.
    if (arp.frameDestination >= 0 && arp.frameDestination !== BROADCAST) return;
    if (targetIp === senderIp) return;
    if (this.addresses.get(senderMac) !== senderIp) this.addresses.set(senderMac, senderIp);
    this.sweeps.asked(senderMac, targetIp);
  }

  advance(): void {
    this.sweeps.advance();
  }

  open(): Finding[] {
    return this.sweeps.open().map((sweep) => this.rowOf(sweep));
  }

  finish(): void {
    this.sweeps.finish();
  }

  private rowOf(sweep: Sweep): Finding {
    const ip = this.addresses.get(sweep.source) ?? 0;
    const attacker = { ip: ip === 0 ? null : ipv4Bytes(ip), mac: macText(sweep.source) };
    return sweepFinding(sweep, this.values, 'scan.arp', attacker, sweep.targets.map(ipv4Bytes), 'asked by ARP for');
  }
}

export const arpScan: DetectorModule<typeof options> = {
  rule: {
    id: 'arp-scan',
    name: 'ARP scan',
    version: '1',
    needs: [],
    doc:
      'A host asks by broadcast for many addresses within the window, most of which nobody answers for. A router that is asked from outside ' +
      'for many absent hosts looks the same (look for the port scan or ping sweep behind it), and so does every host in a capture that ' +
      'lacks the answers.',
  },
  options,
  create: (context, values) => new ArpScanDetector(context, values),
};

/** The hosts that one source tried at one port: those of late and, once they are a scan, all of them. */
import type { HostTable } from '../host-table.ts';
import { type Contact, isLasting, PORTS, Silence } from './contact.ts';
import type { Crossing } from './pair.ts';

/** Packet numbers kept as evidence. */
const MAX_PACKETS = 50;
/** Hosts counted of one scan; further ones leave the count as it is. */
const MAX_TARGETS = 65_536;
/** Hosts of one network tried, none of which answered, that are a scan although silence proves nothing. */
const UNPROVED_NEIGHBOURS = 16;
/** The same for UDP, which need not be answered, where silence proves something. */
const FAINT_NEIGHBOURS = 8;
/** Seconds in which hosts of one site must fail, and how many must fail for each that answers: laptops that are off, old addresses. */
const SITE_SECONDS = 60;
const SITE_FAILED = 6;
/** Contacts kept that are older than the window: those of a scanner that takes its time. */
const MAX_OLD = 32;
const TCP = 6;

export interface SweepLimits {
  neighbours: number;
  siteHosts: number;
  hosts: number;
  slowNeighbours: number;
  /** Seconds. */
  window: number;
  slowWindow: number;
}

/** A scan that crossed its threshold and may still go on. */
export interface HostScan extends Crossing {
  source: number;
  target: number;
  startSeconds: number;
  startNs: bigint;
  endSeconds: number;
  endNs: bigint;
  detectedAtNs: bigint;
  hosts: Set<number>;
  refused: number;
  packets: number[];
}

export class HostsAtPort {
  scan: HostScan | null = null;
  /** Latest contacts whose outcome is known, one a host, oldest first. */
  private recent: Contact[] = [];

  /** Hosts tried of late, while there is no scan. */
  get tried(): number {
    return this.recent.length;
  }

  /** The outcome of a contact is known. `most`: contacts that are kept. */
  settle(contact: Contact, { window, slowWindow }: Pick<SweepLimits, 'window' | 'slowWindow'>, most: number): void {
    const isFailed = contact.state !== 'open';
    if (this.scan) {
      if (isFailed) extend(this.scan, contact);
      return;
    }
    const { recent } = this;
    const [oldest, oldestKept] = [contact.seconds - window, contact.seconds - slowWindow];
    let old = 0;
    while (old < recent.length && recent[old]!.seconds < oldest) old++;
    let kept = 0;
    for (let i = Math.max(0, old - MAX_OLD); i < recent.length; i++) {
      const known = recent[i]!;
      if (known.seconds >= oldestKept && known.destination !== contact.destination) recent[kept++] = known;
    }
    recent.length = kept;
    if (kept >= most) recent.shift();
    // As in `Pair.ask`.
    if (kept === 0) this.recent = [contact];
    else recent.push(contact);
  }

  /**
   * Which limit the contacts cross with the last one. `isSilenceProof`: whether missing answers mean anything; `isOneSided`: whether the
   * capture is known to lack them, so that a datagram without answer is nothing. `hosts` tells neighbours.
   */
  crossed(limits: SweepLimits, isSilenceProof: boolean, isOneSided: boolean, hosts: HostTable): Crossing | null {
    const { recent } = this;
    const { window } = limits;
    const last = recent.at(-1)!;
    const network = hosts.networkOf(last.destination);
    const site = hosts.siteOf(last.destination);
    const isTcp = Math.floor(last.target / PORTS) === TCP;
    let [failed, refused, answered, near, nearRefused, nearFaint, nearAnswered, raw] = [0, 0, 0, 0, 0, 0, 0, 0];
    let [siteFailed, siteFaint, siteAnswered] = [0, 0, 0];
    let [slow, slowAnswered] = [0, 0];
    for (const contact of recent) {
      const { state, silence, destination, sourcePort, seconds } = contact;
      const isNear = hosts.networkOf(destination) === network;
      const isFaint = state === 'filtered' && silence === Silence.Faint;
      if (isNear && state === 'open') slowAnswered++;
      else if (isNear && !isFaint && isLasting(contact)) slow++;
      if (last.seconds - seconds > window) continue;
      const isOfSite = hosts.siteOf(destination) === site && last.seconds - seconds <= SITE_SECONDS;
      // Programs get another port for each connection, but may send all their datagrams from one: that says less.
      if (sourcePort === last.sourcePort && state !== 'open' && (isTcp || isNear)) raw++;
      if (state === 'open') {
        answered++;
        if (isNear) nearAnswered++;
        if (isOfSite) siteAnswered++;
      } else if (isFaint) {
        if (isNear) nearFaint++;
        if (isOfSite) siteFaint++;
      } else {
        failed++;
        if (isNear) near++;
        if (isOfSite) siteFailed++;
        if (state === 'closed') refused++;
        if (state === 'closed' && isNear) nearRefused++;
      }
    }
    const isNearProved = isSilenceProof || nearRefused >= limits.neighbours || near >= UNPROVED_NEIGHBOURS;
    if (near >= limits.neighbours && near >= 2 * nearAnswered && isNearProved)
      return { metric: 'distinct neighbours failed', threshold: limits.neighbours, window };
    const isRaw = raw >= limits.neighbours && (isTcp ? raw > answered : nearAnswered === 0 && !isOneSided);
    if (isRaw && isSilenceProof) return { metric: 'distinct hosts failed from one source port', threshold: limits.neighbours, window };
    if (failed >= limits.hosts && failed > answered && (isSilenceProof || refused >= limits.hosts))
      return { metric: 'distinct hosts failed', threshold: limits.hosts, window };
    if (siteAnswered === 0 && !isOneSided) siteFailed += siteFaint;
    if (siteFailed >= limits.siteHosts && siteFailed >= SITE_FAILED * siteAnswered && isSilenceProof)
      return { metric: 'distinct hosts of one site failed', threshold: limits.siteHosts, window };
    if (slow >= limits.slowNeighbours && slow >= SITE_FAILED * slowAnswered && isSilenceProof)
      return { metric: 'distinct neighbours failed', threshold: limits.slowNeighbours, window: limits.slowWindow };
    if (isOneSided) return null;
    const faintLimit = isSilenceProof ? FAINT_NEIGHBOURS : UNPROVED_NEIGHBOURS;
    if (nearFaint >= faintLimit && nearAnswered === 0)
      return { metric: 'distinct neighbours without answer', threshold: faintLimit, window };
    return null;
  }

  /** The contacts are a scan, seen as such at `detectedAtNs`. */
  open(crossing: Crossing, detectedAtNs: bigint): void {
    const oldest = this.recent.at(-1)!.seconds - crossing.window;
    const failed = this.recent.filter(({ state, seconds }) => state !== 'open' && seconds >= oldest);
    const { source, target, seconds, timeNs } = failed[0]!;
    const span = { startSeconds: seconds, startNs: timeNs, endSeconds: seconds, endNs: timeNs };
    this.scan = { source, target, ...crossing, ...span, detectedAtNs, hosts: new Set(), refused: 0, packets: [] };
    for (const contact of failed) extend(this.scan, contact);
    this.recent = [];
  }

  /** A contact answered after all. */
  takeBack(contact: Contact): void {
    if (this.scan && this.scan.packets.at(-1) !== contact.packet) this.scan.hosts.delete(contact.destination);
  }

  close(): HostScan | null {
    const { scan } = this;
    this.scan = null;
    return scan;
  }
}

function extend(scan: HostScan, contact: Contact): void {
  scan.endSeconds = contact.seconds;
  scan.endNs = contact.timeNs;
  if (scan.hosts.size >= MAX_TARGETS || scan.hosts.has(contact.destination)) return;
  scan.hosts.add(contact.destination);
  if (contact.state === 'closed') scan.refused++;
  if (scan.packets.length < MAX_PACKETS) scan.packets.push(contact.packet);
}

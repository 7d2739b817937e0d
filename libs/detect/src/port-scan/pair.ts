/** What one source tried of one host: the ports of late and, once they are a scan, all of them with what the scanner learned. */
import { type Contact, isLasting, PORTS, Silence } from './contact.ts';

const UDP = 17;
/** Packet numbers kept as evidence. */
const MAX_PACKETS = 50;
/** Ports that are followed of one scan; further ones leave the counts as they are. */
const MAX_TARGETS = 65_536;
/** Contacts kept while there is no scan. */
const MAX_RECENT = 32;
/** Seconds in which `burst` ports must be tried. */
const BURST_SECONDS = 2;
/** So many more than `faintPorts` are a scan before their silence is known. */
const BURST_MORE = 5;
/** Ports of sources below it are of services, which answer. */
const FIRST_USER_PORT = 1024;
/** Refusals after which a host's silence about UDP and odd packets is a failure too: hosts limit how often they refuse. */
const FEW_REFUSALS = 3;

export interface PairLimits {
  ports: number;
  rawPorts: number;
  burst: number;
  faintPorts: number;
  rawFaintPorts: number;
  /** Seconds. */
  window: number;
  slowWindow: number;
}

/** Which limit was crossed, its value, and the seconds within which. */
export interface Crossing {
  metric: string;
  threshold: number;
  window: number;
}

/** A scan that crossed its threshold and may still go on. */
export interface PortScan extends Crossing {
  source: number;
  destination: number;
  startSeconds: number;
  startNs: bigint;
  endSeconds: number;
  endNs: bigint;
  detectedAtNs: bigint;
  /** By target. */
  ports: Map<number, Contact['state']>;
  packets: number[];
}

export class Pair {
  scan: PortScan | null = null;
  /** Latest contacts, one a target, oldest first. */
  private recent: Contact[] = [];

  /** Ports tried of late, while there is no scan. */
  get tried(): number {
    return this.recent.length;
  }

  /** A new first contact; notes how often the same port was tried before. */
  ask(contact: Contact, oldest: number): void {
    if (this.scan) return extend(this.scan, contact);
    const { recent } = this;
    let kept = 0;
    for (let i = 0; i < recent.length; i++) {
      const known = recent[i]!;
      if (known.target === contact.target) {
        contact.tries = known.state === 'open' ? Number.POSITIVE_INFINITY : known.tries + 1;
        // A scanner that tries again does so from another port than at first.
        contact.sourcePort = known.sourcePort;
      } else if (known.seconds >= oldest) recent[kept++] = known;
    }
    recent.length = kept;
    if (kept === MAX_RECENT) recent.shift();
    // Most have one only: an array that was pushed to has room for seventeen.
    if (kept === 0) this.recent = [contact];
    else recent.push(contact);
  }

  /** The outcome of a contact is known. */
  settle(contact: Contact): void {
    if (this.scan?.ports.has(contact.target)) this.scan.ports.set(contact.target, contact.state);
  }

  /** Which limit the contacts cross now; `isSilenceProof`: whether missing answers mean anything in this capture. */
  crossed(limits: PairLimits, seconds: number, isSilenceProof: boolean): Crossing | null {
    const { recent } = this;
    const { window } = limits;
    const { sourcePort } = recent.at(-1)!;
    let [closed, filtered, faint, open, tried, faintTried, looseTried, raw] = [0, 0, 0, 0, 0, 0, 0, 0];
    let [slow, slowRaw, slowOpen, slowClosed, slowFaint, slowFaintRaw] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < recent.length; i++) {
      const { state, silence, seconds: at, target, sourcePort: from } = recent[i]!;
      const isFromSame = isRaw(recent[i]!, sourcePort);
      if (state === 'open') slowOpen++;
      else if (isLasting(recent[i]!) && isFailure(recent[i]!)) {
        slow++;
        // Programs that speak with their peers by UDP do so from one port for hours.
        if (isFromSame && (target < UDP * PORTS || silence === Silence.Odd)) slowRaw++;
        if (state === 'closed') slowClosed++;
      } else if (isLasting(recent[i]!) && state === 'filtered' && silence === Silence.Faint) {
        slowFaint++;
        if (isFromSame) slowFaintRaw++;
      }
      if (seconds - at > window) continue;
      if (isFromSame) raw++;
      if (state === 'open') open++;
      else if (seconds - at <= BURST_SECONDS) {
        if (silence === Silence.Faint) faintTried++;
        else if (silence !== Silence.Nothing) tried++;
        else if (from >= FIRST_USER_PORT && target >= UDP * PORTS) looseTried++;
      }
      if (state === 'closed') closed++;
      else if (isFailure(recent[i]!)) filtered++;
      else if (state === 'filtered') faint++;
    }
    if (closed >= FEW_REFUSALS) filtered += faint;
    const isProved = isSilenceProof || closed >= limits.ports;
    if (closed + filtered >= limits.ports && closed + filtered > open && isProved)
      return { metric: 'distinct ports failed', threshold: limits.ports, window };
    if (raw >= limits.rawPorts && raw > open && (isSilenceProof || closed >= limits.rawPorts))
      return { metric: 'distinct ports failed from one source port', threshold: limits.rawPorts, window };
    // Twice as many ports of UDP that mean nothing by themselves: hosts say of few at once that nobody listens.
    const isRefusing = closed >= FEW_REFUSALS;
    const isBurst =
      tried >= limits.burst || (isRefusing && (tried + faintTried >= limits.burst || tried + faintTried + looseTried >= 2 * limits.burst));
    if (open === 0 && isBurst) return { metric: 'distinct ports tried without answer', threshold: limits.burst, window };
    if (open === 0 && Math.max(faint, faintTried - BURST_MORE) >= limits.faintPorts && isSilenceProof)
      return { metric: 'distinct ports without answer', threshold: limits.faintPorts, window };
    if (slowRaw >= limits.rawPorts && slowRaw > slowOpen && (isSilenceProof || slowClosed >= limits.rawPorts))
      return { metric: 'distinct ports failed from one source port', threshold: limits.rawPorts, window: limits.slowWindow };
    if (slow >= limits.ports && slow > slowOpen && (isSilenceProof || slowClosed >= limits.ports))
      return { metric: 'distinct ports of services failed', threshold: limits.ports, window: limits.slowWindow };
    if (slowOpen > 0 || !isSilenceProof) return null;
    const metric = 'distinct ports of services without answer';
    if (slowFaintRaw >= limits.rawFaintPorts)
      return { metric: `${metric}, from one source port`, threshold: limits.rawFaintPorts, window: limits.slowWindow };
    if (slowFaint >= limits.faintPorts) return { metric, threshold: limits.faintPorts, window: limits.slowWindow };
    return null;
  }

  /** The contacts are a scan, seen as such at `detectedAtNs`. */
  open(crossing: Crossing, detectedAtNs: bigint): void {
    const oldest = this.recent.at(-1)!.seconds - crossing.window;
    const counted = this.recent.filter(({ seconds }) => seconds >= oldest);
    const first = counted[0]!;
    const { source, destination, seconds, timeNs } = first;
    const span = { startSeconds: seconds, startNs: timeNs, endSeconds: seconds, endNs: timeNs };
    this.scan = { source, destination, ...crossing, ...span, detectedAtNs, ports: new Map(), packets: [] };
    for (const contact of counted) extend(this.scan, contact);
    this.recent = [];
  }

  close(): PortScan | null {
    const { scan } = this;
    this.scan = null;
    return scan;
  }
}

/** Whether a contact failed, unless its silence means little. */
function isFailure({ state, silence }: Contact): boolean {
  return state === 'closed' || silence === Silence.Odd || (state === 'filtered' && silence === Silence.Failure);
}

/**
 * Whether a contact failed that came from `sourcePort`. Programs get another port for each connection: who tries one port after the other
 * from the same makes packets of its own. Protocols of IP have none. UDP that is not to a service is a game's or a call's search for a way.
 */
function isRaw({ state, silence, target, sourcePort: from }: Contact, sourcePort: number): boolean {
  if (from !== sourcePort) return false;
  return silence === Silence.Odd || state === 'filtered' || (state === 'closed' && (silence !== Silence.Nothing || target < UDP * PORTS));
}

function extend(scan: PortScan, contact: Contact): void {
  scan.endSeconds = contact.seconds;
  scan.endNs = contact.timeNs;
  if (scan.ports.has(contact.target) || scan.ports.size >= MAX_TARGETS) return;
  scan.ports.set(contact.target, contact.state);
  if (scan.packets.length < MAX_PACKETS) scan.packets.push(contact.packet);
}

/** What the scanner learned: numbers of ports by state, and the open ones. Ports that still wait count as silent. */
export function learned({ ports }: PortScan): { open: number[]; closed: number; silent: number } {
  const open: number[] = [];
  let [closed, silent] = [0, 0];
  for (const [target, state] of ports) {
    if (state === 'open') open.push(target % PORTS);
    else if (state === 'closed') closed++;
    else silent++;
  }
  return { open: open.toSorted((a, b) => a - b), closed, silent };
}

/**
 * Forged answers of DNS (dnsspoof, bettercap): whoever forges one is in a race with the server, whose answer comes as well. One question
 * has two answers then, which contradict each other. State: the last MAX_ANSWERS answers and MAX_SERVERS servers; when they are full, all
 * answers are forgotten, and of the servers the one that was told of longest ago goes.
 */
import { formatIp, type RecordType, type RowOf } from '@wirecase/contract';
import { dnsRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { Tally } from '../tally.ts';
import { forgeryFinding, MAX_KEPT, type Server } from './finding.ts';
import { options } from './options.ts';

const MAX_ANSWERS = 4096;
const MAX_SERVERS = 1024;
const DNS_PORT = 53;
/** Nobody asks again within that time, nanoseconds: what was answered sooner was asked once. */
const SOONEST_RETRY_NS = 300_000_000n;
/** Seconds within which the other answer comes. */
const RACE = 5;

type Row = RowOf<typeof dnsRecord.fields>;

interface Answer {
  seconds: number;
  packet: number;
  row: Row;
}

class DnsForgeryDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  /** By client, port and id: the first answer. */
  private answers = new Map<string, Answer>();
  /** By address of the server, the one that was told of last at the end. */
  private readonly servers = new Map<string, Server>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  record(_type: RecordType, row: object): void {
    const dns = row as Row;
    if (dns.destinationPort !== DNS_PORT || dns.responseCode === null || dns.questionName === null) return;
    const key = `${formatIp(dns.sourceIp)} ${dns.sourcePort} ${dns.dnsId} ${formatIp(dns.destinationIp)}`;
    if (dns.rtt === null) this.second(this.answers.get(key), dns);
    else if (dns.rtt < SOONEST_RETRY_NS) {
      if (this.answers.size >= MAX_ANSWERS) this.answers.clear();
      this.answers.set(key, { seconds: this.context.seconds, packet: dns.packet, row: dns });
    } else this.answers.delete(key);
  }

  open(): Finding[] {
    const found: Finding[] = [];
    for (const server of this.servers.values()) {
      if (server.tally.isQuiet(this.context.seconds, this.options.window)) this.close(server);
      if (server.tally.episode) found.push(forgeryFinding(server.tally.episode, server, this.options));
    }
    return found;
  }

  finish(): void {
    for (const server of this.servers.values()) this.close(server);
  }

  /** An answer that nobody waited for any more. */
  private second(first: Answer | undefined, row: Row): void {
    if (!first || this.context.seconds - first.seconds > RACE || !isSameQuestion(first.row, row) || !contradict(first.row, row)) return;
    const { window, contradictions } = this.options;
    const server = this.serverOf(row.destinationIp);
    if (server.tally.isQuiet(this.context.seconds, window)) this.close(server);
    const { seconds } = this.context;
    if (!server.tally.episode) server.pairs = server.pairs.filter((pair) => seconds - pair.seconds <= window);
    server.tally.add(this.context, window, contradictions);
    if (server.pairs.length === MAX_KEPT) return;
    const [one, other] = [first.row.resolvedIps.map(formatIp), row.resolvedIps.map(formatIp)];
    server.pairs.push({
      seconds,
      client: row.sourceIp,
      name: row.questionName!,
      answers: [one, other],
      packets: [first.packet, row.packet],
    });
  }

  private serverOf(address: Uint8Array): Server {
    const key = formatIp(address);
    const server = this.servers.get(key) ?? { address, tally: new Tally(), pairs: [] };
    this.servers.delete(key);
    this.servers.set(key, server);
    if (this.servers.size > MAX_SERVERS) {
      const [oldest, dropped] = this.servers.entries().next().value!;
      this.close(dropped);
      this.servers.delete(oldest);
    }
    return server;
  }

  private close(server: Server): void {
    const { episode } = server.tally;
    if (episode) this.context.alert(forgeryFinding(episode, server, this.options));
    server.tally.close();
    server.pairs = [];
  }
}

function isSameQuestion(a: Row, b: Row): boolean {
  return a.questionName === b.questionName && a.questionType === b.questionType;
}

/** Whether both cannot be true: other addresses, none of them in both, or addresses of a name that is said not to be. */
function contradict(a: Row, b: Row): boolean {
  if (a.resolvedIps.length === 0 || b.resolvedIps.length === 0)
    return a.resolvedIps.length + b.resolvedIps.length > 0 && [a, b].some(({ responseCode }) => responseCode === 'NXDOMAIN');
  const known = new Set(a.resolvedIps.map(formatIp));
  return b.resolvedIps.every((address) => !known.has(formatIp(address)));
}

export const dnsForgery: DetectorModule<typeof options> = {
  rule: {
    id: 'dns-forgery',
    name: 'Forged answers of DNS',
    version: '1',
    needs: ['whole-packets', 'answers'],
    doc:
      'Questions that were asked once have two answers of the same server with other addresses, or one that says that the name is not: ' +
      'somebody answers in the name of the server before it or after it. Answers to questions that were asked again, the same answer twice, ' +
      'and answers that share an address stay quiet. Where the real answer is kept back nothing is seen. Questions that the network doubles, ' +
      'to a server that answers each time otherwise, look the same.',
  },
  options,
  records: [dnsRecord],
  create: (context, values) => new DnsForgeryDetector(context, values),
};

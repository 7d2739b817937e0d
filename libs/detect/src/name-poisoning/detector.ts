/**
 * Names that are asked of all neighbours, by LLMNR (RFC 4795) and NetBIOS (RFC 1002), and that one host answers whoever has them
 * (Responder): it leads all of them to one address. State: MAX_ADDRESSES addresses of hosts that answer, and that they give; when they are
 * full, those of no incident are forgotten.
 */
import { formatIp, type RecordType, type RowOf } from '@wirecase/contract';
import { dnsRecord, nbnsRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { type Lead, MAX_CLIENTS, newLead, poisoningFinding } from './finding.ts';
import { options } from './options.ts';

const MAX_ADDRESSES = 4096;
/** Addresses that one host gives, and names that lead to one. */
const MAX_LEADS = 64;
const MAX_NAMES = 256;
const LLMNR_PORT = 5355;
/** NetBIOS cuts names there. */
const MAX_NAME = 15;

/** An answer to a question that all neighbours may answer. */
interface Answer {
  name: string;
  addresses: readonly Uint8Array[];
  host: Uint8Array;
  client: Uint8Array;
}

/** A host that answers, by all of its addresses that are known. */
interface Answerer {
  /** By address that it gives. */
  readonly leads: Map<string, Lead>;
  /** The one that crossed the threshold. */
  worst: Lead | null;
}

class NamePoisoningDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  /** By address: those it answers from and those it gives, so that it is one host by IPv4 and IPv6. */
  private readonly answerers = new Map<string, Answerer>();

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  record(type: RecordType, row: object): void {
    const answer =
      type === nbnsRecord ? netbiosAnswer(row as RowOf<typeof nbnsRecord.fields>) : llmnrAnswer(row as RowOf<typeof dnsRecord.fields>);
    if (!answer) return;
    const addresses = answer.addresses.map(formatIp);
    const answerer = this.answererOf([formatIp(answer.host), ...addresses]);
    this.endIfQuiet(answerer);
    for (const address of addresses) this.led(answerer, address, answer);
  }

  open(): Finding[] {
    const found: Finding[] = [];
    for (const answerer of new Set(this.answerers.values())) {
      this.endIfQuiet(answerer);
      if (answerer.worst) found.push(poisoningFinding(answerer.worst, this.options));
    }
    return found;
  }

  finish(): void {
    for (const answerer of new Set(this.answerers.values())) this.close(answerer);
  }

  private led(answerer: Answerer, address: string, { name, host, client }: Answer): void {
    const { worst, leads } = answerer;
    if (worst && worst.address !== address) return;
    let lead = leads.get(address);
    if (!lead) {
      if (leads.size >= MAX_LEADS) return;
      leads.set(address, (lead = newLead(address)));
    }
    lead.hosts.add(formatIp(host));
    if (lead.clients.size < MAX_CLIENTS) lead.clients.add(formatIp(client));
    if (lead.names.has(name)) return;
    if (lead.names.size >= MAX_NAMES) lead.names.clear();
    lead.names.add(name);
    if (lead.tally.add(this.context, this.options.window, this.options.names)) answerer.worst = lead;
  }

  private answererOf(addresses: readonly string[]): Answerer {
    const known = addresses.find((address) => this.answerers.has(address));
    const answerer = known === undefined ? { leads: new Map<string, Lead>(), worst: null } : this.answerers.get(known)!;
    if (this.answerers.size >= MAX_ADDRESSES) this.makeRoom();
    for (const address of addresses) if (!this.answerers.has(address)) this.answerers.set(address, answerer);
    return answerer;
  }

  private makeRoom(): void {
    for (const [address, { worst }] of this.answerers) if (!worst) this.answerers.delete(address);
    if (this.answerers.size < MAX_ADDRESSES) return;
    this.finish();
    this.answerers.clear();
  }

  private endIfQuiet(answerer: Answerer): void {
    if (answerer.worst?.tally.isQuiet(this.context.seconds, this.options.window)) this.close(answerer);
  }

  private close(answerer: Answerer): void {
    if (answerer.worst) this.context.alert(poisoningFinding(answerer.worst, this.options));
    answerer.worst = null;
    answerer.leads.clear();
  }
}

/** LLMNR's answers come from its port, to the port of the question; what was asked of `224.0.0.252` is in another flow. */
function llmnrAnswer(row: RowOf<typeof dnsRecord.fields>): Answer | null {
  const { sourcePort, destinationPort, responseCode, questionName, resolvedIps, sourceIp, destinationIp } = row;
  const isFromResponder = destinationPort === LLMNR_PORT;
  if (!isFromResponder && sourcePort !== LLMNR_PORT) return null;
  if (responseCode !== 'NOERROR' || questionName === null || resolvedIps.length === 0) return null;
  const [host, client] = isFromResponder ? [destinationIp, sourceIp] : [sourceIp, destinationIp];
  return { name: plainName(questionName), addresses: resolvedIps, host, client };
}

/**
 * An answer about the name of a computer. Those of groups have many members; what was asked of one server (WINS) is its to answer, and
 * is joined to its question, so that `questionType` is known.
 */
function netbiosAnswer(row: RowOf<typeof nbnsRecord.fields>): Answer | null {
  const { operation, responseCode, name, service, isGroup, isBroadcast, questionType, addresses, sourceIp, destinationIp } = row;
  if (operation !== 'query' || responseCode !== 'NOERROR' || name === null || addresses.length === 0 || isGroup) return null;
  if ((questionType !== null && !isBroadcast) || (service !== 'workstation' && service !== 'file_server')) return null;
  // Both ends use one port. The flow may be older and of the client: then the address that is given says who answered.
  const given = addresses.map(formatIp);
  const isOfClient = given.includes(formatIp(destinationIp)) && !given.includes(formatIp(sourceIp));
  const [host, client] = isOfClient ? [destinationIp, sourceIp] : [sourceIp, destinationIp];
  return { name: plainName(name), addresses, host, client };
}

/** A name as both protocols have it: a host is asked for by its first label, in any case, and by NetBIOS by what fits. */
function plainName(name: string): string {
  return name.split('.', 1)[0]!.toLowerCase().slice(0, MAX_NAME);
}

export const namePoisoning: DetectorModule<typeof options> = {
  rule: {
    id: 'name-poisoning',
    name: 'Poisoned names of neighbours',
    version: '1',
    needs: ['whole-packets', 'answers'],
    doc:
      'One host answers for many names that were asked of all neighbours, by LLMNR or NetBIOS, and leads all of them to one address: so it ' +
      'gets the logins that were meant for others (Responder). Hosts that answer for one or two names of their own, names of groups, servers ' +
      'that were asked alone (WINS), and clusters whose names have an address each stay quiet. A file server with three aliases or more looks ' +
      'the same once all of them are asked for. mDNS, where one host may have any number of names, is not judged.',
  },
  options,
  records: [dnsRecord, nbnsRecord],
  create: (context, values) => new NamePoisoningDetector(context, values),
};

/**
 * DHCP starvation (yersinia, dhcpig): ever new hardware addresses ask for addresses until the server has none left. State: MAX_CLIENTS
 * clients that asked; when they are full, all are forgotten.
 */
import type { RecordType, RowOf } from '@wirecase/contract';
import { dhcpRecord } from '@wirecase/protocols';
import { macNumber } from '../address-text.ts';
import type { DetectContext, Detector, DetectorModule, Finding, OptionValues } from '../detector.ts';
import { NumberTable } from '../number-table.ts';
import { type Episode, spanText, Tally } from '../tally.ts';
import { options } from './options.ts';

const MAX_CLIENTS = 16_384;
/** Clients named. */
const MAX_NAMED = 8;

class DhcpStarvationDetector implements Detector {
  private readonly context: DetectContext;
  private readonly options: OptionValues<typeof options>;
  /** By MAC address, a number: strings would have to be kept, and hashed each time. */
  private clients = new NumberTable<true>();
  private readonly tally = new Tally();
  /** The newest clients. */
  private named: string[] = [];

  constructor(context: DetectContext, values: OptionValues<typeof options>) {
    this.context = context;
    this.options = values;
  }

  record(_type: RecordType, row: object): void {
    const { messageType, clientMac } = row as RowOf<typeof dhcpRecord.fields>;
    if (messageType !== 'DISCOVER' || clientMac === null) return;
    const client = macNumber(clientMac);
    if (this.clients.get(client)) return;
    if (this.clients.size >= MAX_CLIENTS) this.clients = new NumberTable();
    this.clients.set(client, true);
    const { window, clients } = this.options;
    if (this.tally.isQuiet(this.context.seconds, window)) this.finish();
    if (!this.tally.episode) this.name(clientMac);
    this.tally.add(this.context, window, clients);
  }

  private name(clientMac: string): void {
    if (this.named.length === MAX_NAMED) this.named.shift();
    this.named.push(clientMac);
  }

  open(): Finding[] {
    if (this.tally.isQuiet(this.context.seconds, this.options.window)) this.finish();
    return this.tally.episode ? [this.rowOf(this.tally.episode)] : [];
  }

  finish(): void {
    const episode = this.tally.close();
    if (episode) this.context.alert(this.rowOf(episode));
  }

  private rowOf(episode: Episode): Finding {
    const { clients, window } = this.options;
    return {
      start: episode.startNs,
      end: episode.endNs,
      detectedAt: episode.detectedAtNs,
      severity: 60,
      confidence: episode.count >= 2 * clients ? 0.9 : 0.7,
      techniques: ['T1557.003', 'T1499'],
      sourceIp: null,
      destinationIp: null,
      alertClass: 'dhcp.starvation',
      entities: this.named.map((mac) => ({ role: 'attacker', mac })),
      evidence: { metric: 'clients that asked for an address', value: episode.count, threshold: clients, window, packets: episode.packets },
      explanation:
        `${episode.count} hardware addresses never seen before asked for an address by DHCP in ` +
        `${spanText(episode.endSeconds - episode.startSeconds)} (${this.named.slice(0, 3).join(', ')} ...): the server may have none left. ` +
        `The threshold is ${clients} within ${window} s.`,
    };
  }
}

export const dhcpStarvation: DetectorModule<typeof options> = {
  rule: {
    id: 'dhcp-starvation',
    name: 'DHCP starvation',
    version: '1',
    needs: ['whole-packets'],
    doc:
      'Ever new hardware addresses ask for an address by DHCP, so that the server has none left and a second one can answer. A room full of ' +
      'machines that are switched on at once looks the same.',
  },
  options,
  records: [dhcpRecord],
  create: (context, values) => new DhcpStarvationDetector(context, values),
};

/**
 * A second DHCP server that leads clients elsewhere: two servers answer one request, with different routers or name servers. Servers that
 * share the work give the same. State: the last MAX_OFFERS transactions, and MAX_SERVERS servers.
 */
import { formatIp, type RecordType, type RowOf } from '@wirecase/contract';
import { dhcpRecord } from '@wirecase/protocols';
import type { DetectContext, Detector, DetectorModule } from '../detector.ts';

const MAX_OFFERS = 4096;
const MAX_SERVERS = 4096;

interface Offer {
  server: string;
  packet: number;
  /** Routers and name servers, as text. */
  leads: string;
}

class RogueDhcpDetector implements Detector {
  private readonly context: DetectContext;
  /** First answer of each transaction. */
  private offers = new Map<string, Offer>();
  /** Order in which servers were heard first: the later one is the rogue. */
  private readonly servers = new Map<string, number>();
  private readonly told = new Set<string>();

  constructor(context: DetectContext) {
    this.context = context;
  }

  record(_type: RecordType, row: object): void {
    const dhcp = row as RowOf<typeof dhcpRecord.fields>;
    const { messageType, serverIp, transactionId, clientMac, packet } = dhcp;
    if ((messageType !== 'OFFER' && messageType !== 'ACK') || serverIp === null) return;
    const server = formatIp(serverIp);
    if (!this.servers.has(server) && this.servers.size < MAX_SERVERS) this.servers.set(server, this.servers.size);
    const leads = `routers ${list(dhcp.routers)}, name servers ${list(dhcp.dnsServers)}`;
    const key = `${transactionId} ${clientMac ?? ''}`;
    const first = this.offers.get(key);
    if (!first) {
      if (this.offers.size >= MAX_OFFERS) this.offers.clear();
      this.offers.set(key, { server, packet, leads });
    } else if (first.server !== server && first.leads !== leads) this.tell(first, { server, packet, leads });
  }

  finish(): void {
    this.offers.clear();
  }

  private tell(first: Offer, second: Offer): void {
    const isFirstRogue = (this.servers.get(first.server) ?? MAX_SERVERS) > (this.servers.get(second.server) ?? MAX_SERVERS);
    const [known, rogue] = isFirstRogue ? [second, first] : [first, second];
    const key = `${known.server} ${rogue.server}`;
    if (this.told.has(key) || this.told.size >= MAX_SERVERS) return;
    this.told.add(key);
    const { timeNs } = this.context;
    this.context.alert({
      start: timeNs,
      end: timeNs,
      detectedAt: timeNs,
      severity: 70,
      confidence: 0.8,
      techniques: ['T1557.003'],
      sourceIp: null,
      destinationIp: null,
      alertClass: 'dhcp.rogue',
      entities: [
        { role: 'attacker', ip: rogue.server },
        { role: 'victim', ip: known.server },
      ],
      evidence: {
        metric: 'servers that lead elsewhere',
        value: 2,
        threshold: 2,
        window: 0,
        packets: [first.packet, second.packet].sort((a, b) => a - b),
      },
      explanation:
        `${rogue.server} answered a DHCP request that ${known.server} answered too, and leads the client elsewhere: it gives ${rogue.leads}; ` +
        `${known.server}, heard first, gives ${known.leads}.`,
    });
  }
}

function list(addresses: readonly Uint8Array[]): string {
  return addresses.length === 0 ? 'none' : addresses.map(formatIp).join(' ');
}

export const rogueDhcp: DetectorModule = {
  rule: {
    id: 'rogue-dhcp',
    name: 'Second DHCP server',
    version: '1',
    needs: ['whole-packets'],
    doc:
      'Two DHCP servers answer the same request with different routers or name servers. The one that was heard first is taken for the right ' +
      'one. Servers that share the work and give the same are not told.',
  },
  options: {},
  records: [dhcpRecord],
  create: (context) => new RogueDhcpDetector(context),
};

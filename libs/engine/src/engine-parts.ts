/** What the engine is made of, put together: the flow table and everything that hears of its flows. */
import type { CredentialRow, Platform, ProtocolModule, RecordSink } from '@wirecase/contract';
import { type DetectorModule, registry as detectorRegistry } from '@wirecase/detect';
import { type FlowListener, FlowTable, FlowView } from '@wirecase/flow';
import { registry as protocolRegistry, signatures } from '@wirecase/protocols';
import { ArpRecords } from './arp-records.ts';
import { PacketClock } from './clock.ts';
import { Conversations } from './conversations.ts';
import { Detection } from './detection.ts';
import { Expectations } from './expectations.ts';
import type { FileKeeper } from './files/file-host.ts';
import { FileTable } from './files/file-table.ts';
import { Hosts } from './hosts/hosts.ts';
import { IcmpRecords } from './icmp/icmp-records.ts';
import { Identification } from './identification.ts';
import { IdMaker } from './ids.ts';
import { type AnalyzeOptions, defaultAnalyzeOptions } from './options.ts';
import { Quality } from './quality/quality.ts';
import type { Series } from './series.ts';
import { Tunnels } from './tunnels.ts';
import { WeirdLog } from './weird-log.ts';

export interface AnalyzerParts {
  platform: Platform;
  /** Takes the rows: records as they are completed, flows as they end. */
  sink: RecordSink;
  /** SHA-256 of the capture as it is stored: makes the ids. */
  captureSha256: Uint8Array;
  options?: Partial<AnalyzeOptions>;
  /** The capture is the first of several that follow one another (`nextFile`); with `atPacket` and `atRecord` it continues earlier ones. */
  series?: Series;
  /** Detectors in place of the registry's: to train the classifier, and to try one alone. */
  detectors?: readonly DetectorModule[];
  /** Protocols in place of the registry's: to hear what each parser is given. */
  protocols?: readonly ProtocolModule[];
  /** Takes the content of files that pass, to extract one. */
  files?: FileKeeper;
  /** A protocol parser threw on a packet: a fault of the parser, counted as a weird; the analysis goes on without it in that flow. */
  onParserError?: (protocol: string, packet: number, error: unknown) => void;
  /** Takes the secrets of credentials; without it they go nowhere. */
  onSecret?: (row: CredentialRow, secret: string) => void;
}

export class EngineParts {
  readonly options: AnalyzeOptions;
  readonly clock = new PacketClock();
  readonly identification = new Identification(protocolRegistry, signatures);
  readonly table: FlowTable;
  readonly ids: IdMaker;
  readonly weirds: WeirdLog;
  readonly detection: Detection | null;
  readonly hosts: Hosts | null;
  readonly quality: Quality | null;
  readonly conversations: Conversations;
  readonly arp: ArpRecords;
  readonly icmp: IcmpRecords;
  readonly tunnels: Tunnels;

  /** `nextRecord`: numbers the records. */
  constructor(given: AnalyzerParts, listener: FlowListener, nextRecord: () => number) {
    const { platform, sink, captureSha256, onSecret = null, onParserError = () => {} } = given;
    const { clock } = this;
    const options = (this.options = { ...defaultAnalyzeOptions, ...given.options });
    const table = (this.table = new FlowTable(listener, options.flow));
    const ids = (this.ids = new IdMaker(captureSha256));
    const nextRecordId = () => ids.id(nextRecord());
    const weirds = (this.weirds = new WeirdLog(sink, clock, nextRecordId, options.maxWeirdRows));
    const modules = given.detectors ?? detectorRegistry;
    this.detection = options.alerts
      ? new Detection({
          ...{ platform, modules, table, clock, captureSha256, sink, options: options.detectors },
          protocolsIn: (slot) => this.conversations.protocolsIn(slot),
        })
      : null;
    this.hosts = options.hosts ? new Hosts({ sink, ids, flow: new FlowView(table), clock, maxHosts: options.maxHosts }) : null;
    this.quality = options.quality ? new Quality({ sink, ids, maxCells: options.maxQualityRows }) : null;
    this.conversations = new Conversations({
      ...{ platform, table, clock, ids, nextRecordId, weirds, sink, onSecret, onParserError },
      modules: given.protocols ?? protocolRegistry,
      listeners: [this.hosts, this.detection].filter((part) => part !== null),
      files: new FileTable(platform, given.files ?? null),
      expectations: new Expectations(),
    });
    this.arp = new ArpRecords({ sink, nextRecordId, clock });
    this.icmp = new IcmpRecords({ sink, ids, nextRecordId, weirds, table, clock });
    this.tunnels = new Tunnels({ sink, ids, nextRecord, weirds });
  }
}

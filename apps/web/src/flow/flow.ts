import { Component, ElementRef, computed, effect, inject, input, resource, signal, untracked, viewChild } from '@angular/core';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import type { FieldInfo, JsonRow, PacketSummary } from '@wirecase/contract';
import { FlowsApi } from '../api/flows-api.ts';
import { problemOf } from '../api/problem.ts';
import { SearchApi } from '../api/search-api.ts';
import { Preferences } from '../app/preferences.ts';
import { SessionStore } from '../app/session-store.ts';
import { type Pick, withClause } from '../format/clause.ts';
import { explainHistory, explainState } from '../format/flow-words.ts';
import { formatBytes, formatCount, formatDuration, formatMany } from '../format/quantity.ts';
import { numberOf, shownValues, textOf, valueOf } from '../format/row.ts';
import { isHost } from '../hosts/host-words.ts';
import { MatchLink } from '../indicators/match-link.ts';
import { AlertNote } from '../ui/alert-note.ts';
import { CopyButton } from '../ui/copy-button.ts';
import { FieldValues } from '../ui/field-values.ts';
import { Icon } from '../ui/icon.ts';
import { Instant } from '../ui/instant.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { type TableColumn, VirtualTable } from '../ui/virtual-table.ts';
import { Conversation } from './conversation.ts';
import { PacketPane } from './packet-pane.ts';
import { Packets } from './packets.ts';
import { RecordTable } from './record-table.ts';
import { StreamView } from './stream-view.ts';

const packetColumns: TableColumn[] = [
  { key: 'number', label: 'No.', width: 62, numeric: true, title: 'Number in the capture' },
  { key: 'time', label: 'Time', width: 96, numeric: true, title: 'Seconds since the first packet of the flow' },
  { key: 'direction', label: '', width: 30, title: 'Direction' },
  { key: 'length', label: 'Bytes', width: 62, numeric: true, title: 'Frame bytes on the wire' },
  { key: 'protocol', label: 'Protocol', width: 84 },
  { key: 'info', label: 'Info', width: 320 },
];

/** Facts beside the main ones, shown where the flow has them. */
const moreFacts = [
  'wirecase.flow.rtt_us',
  'network.vlan.id',
  'source.mac',
  'destination.mac',
  'wirecase.flow.ttl.source',
  'wirecase.flow.ttl.destination',
  'wirecase.flow.retrans.source',
  'wirecase.flow.retrans.destination',
  'wirecase.flow.window_zero.source',
  'wirecase.flow.window_zero.destination',
  'wirecase.flow.gap_bytes.source',
  'wirecase.flow.gap_bytes.destination',
  'wirecase.flow.payload_bytes.source',
  'wirecase.flow.payload_bytes.destination',
];

interface Tab {
  key: string;
  label: string;
  /** null for the stream, which is no table. */
  rows: readonly JsonRow[] | null;
}

const streamTab: Tab = { key: 'stream', label: 'Stream', rows: null };

/** One flow down to its bytes. The packet and the tab chosen, and how the stream is shown, stand in the address. */
@Component({
  selector: 'app-flow',
  imports: [
    AlertNote,
    Conversation,
    CopyButton,
    FieldValues,
    Icon,
    Instant,
    MatchLink,
    PacketPane,
    ProblemNote,
    RecordTable,
    RouterLink,
    StreamView,
    VirtualTable,
  ],
  providers: [Packets],
  templateUrl: './flow.html',
  styleUrl: './flow.css',
})
export class Flow {
  private readonly flows = inject(FlowsApi);
  private readonly searchApi = inject(SearchApi);
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  protected readonly packets = inject(Packets);
  protected readonly preferences = inject(Preferences);
  protected readonly session = inject(SessionStore);
  readonly id = input.required<string>();
  readonly packet = input<string>();
  readonly tab = input<string>();
  readonly side = input<string>();
  readonly form = input<string>();

  private readonly asked = resource({ params: () => this.id(), loader: ({ params }) => this.flows.get(params) });
  private readonly catalogue = resource({ loader: () => this.searchApi.fields() });
  protected readonly problem = computed(() => (this.asked.error() ? problemOf(this.asked.error()) : null));
  protected readonly detail = computed(() => (this.asked.hasValue() ? this.asked.value() : null));
  protected readonly row = computed<JsonRow>(() => this.detail()?.flow ?? {});
  protected readonly fields = computed(() => (this.catalogue.hasValue() ? this.catalogue.value() : []));
  protected readonly flowFields = computed(
    () => new Map(this.fields().flatMap((f) => (f.record === 'flow' ? [[f.name, f] as const] : []))),
  );
  protected readonly scope = computed((): Record<string, string> => {
    const capture = this.detail()?.capture.id;
    return capture ? { capture } : {};
  });
  protected readonly state = computed(() => this.text('wirecase.flow.state'));
  protected readonly history = computed(() => explainHistory(this.text('wirecase.flow.history')));
  protected readonly facts = computed(() =>
    moreFacts.flatMap((name) => {
      const field = this.flowFields().get(name);
      const value = valueOf(this.row(), name);
      return field && value !== undefined && value !== 0 && !(Array.isArray(value) && value.length === 0) ? [field] : [];
    }),
  );
  protected readonly doubts = computed(() => {
    const is = (name: string) => valueOf(this.row(), name) === true;
    return [
      ...(valueOf(this.row(), 'wirecase.flow.initiator_known') === false ? ['who began is a guess: the opening was not seen'] : []),
      ...(is('wirecase.flow.one_sided') ? ['packets of one direction only'] : []),
      ...(is('wirecase.flow.truncated') ? ['packets were cut short by the capture (snaplen)'] : []),
      ...(numberOf(this.row(), 'wirecase.flow.aggregate') > 1
        ? [`stands for ${formatMany(numberOf(this.row(), 'wirecase.flow.aggregate'), 'single-packet flow')}`]
        : []),
    ];
  });
  protected readonly tabs = computed<Tab[]>(() => {
    const detail = this.detail();
    if (!detail) return [];
    const records = Object.entries(detail.records).filter(([, rows]) => rows.length > 0);
    return [
      ...(detail.alerts.length ? [{ key: 'alert', label: 'Alerts', rows: detail.alerts }] : []),
      ...records.map(([key, rows]) => ({ key, label: key.toUpperCase(), rows })),
      ...(detail.weirds.length ? [{ key: 'weird', label: 'Weirds', rows: detail.weirds }] : []),
      ...(this.session.can('read:packets') ? [streamTab] : []),
    ];
  });
  protected readonly openTab = computed(() => this.tabs().find(({ key }) => key === this.tab()) ?? this.tabs()[0] ?? null);
  protected readonly tabFields = computed(() => this.fields().filter(({ record }) => record === this.openTab()?.key));
  /** The packet of the address, else the first. */
  protected readonly packetNumber = computed(() => {
    const asked = Number(this.packet());
    return asked > 0 ? asked : (this.packets.rows()[0]?.number ?? null);
  });
  protected readonly columns = computed(() =>
    this.packets.dissected() ? packetColumns : packetColumns.filter(({ key }) => key !== 'protocol' && key !== 'info'),
  );
  protected readonly packetKey = (packet: PacketSummary) => packet.number;
  /** The packet whose words are to be shown in the stream. */
  protected readonly sought = signal<{ packet: number } | null>(null);
  private readonly packetTable = viewChild(VirtualTable);
  private readonly packetSection = viewChild<ElementRef<HTMLElement>>('packetSection');
  protected readonly packetClass = (packet: PacketSummary) => packet.direction ?? '';

  protected readonly isHost = isHost;
  protected readonly bytes = formatBytes;
  protected readonly count = formatCount;
  protected readonly many = formatMany;
  protected readonly duration = formatDuration;
  protected readonly explainState = explainState;

  constructor() {
    effect(() => {
      const id = this.id();
      if (this.session.can('read:packets')) untracked(() => void this.packets.open(id));
    });
  }

  protected text(name: string): string {
    return textOf(this.row(), name);
  }

  protected number(name: string): number {
    return numberOf(this.row(), name);
  }

  protected shown(field: FieldInfo) {
    return shownValues(this.row(), field, this.preferences.zone());
  }

  protected valuesOf(name: string) {
    const field = this.flowFields().get(name);
    const values = field ? this.shown(field) : [];
    return field && values.length > 0 ? { field, values } : null;
  }

  protected pick(pick: Pick): void {
    void this.router.navigate(['/search'], { queryParams: { ...this.scope(), q: withClause('', pick) } });
  }

  /** As `pick`, for a value of the open tab's record type. */
  protected pickRecord(pick: Pick): void {
    void this.router.navigate(['/search'], { queryParams: { ...this.recordScope(), q: withClause('', pick) } });
  }

  protected recordScope(): Record<string, string> {
    return { ...this.scope(), record: this.openTab()?.key ?? 'flow' };
  }

  protected choosePacket(number: number): void {
    void this.router.navigate([], {
      relativeTo: this.route,
      queryParams: { packet: number },
      queryParamsHandling: 'merge',
      replaceUrl: true,
    });
  }

  /** From the stream to the list. */
  protected showPacket(number: number): void {
    this.choosePacket(number);
    const row = this.packets.rows().findIndex((packet) => packet.number === number);
    if (row >= 0) this.packetTable()?.reveal(row);
    this.packetSection()?.nativeElement.scrollIntoView({ block: 'nearest' });
  }

  /** From the list to the stream. */
  protected showInStream(packet: number): void {
    this.sought.set({ packet });
    this.chooseTab(streamTab.key);
  }

  protected chooseTab(key: string): void {
    void this.router.navigate([], { relativeTo: this.route, queryParams: { tab: key }, queryParamsHandling: 'merge', replaceUrl: true });
  }

  /** Left and right walk the tabs. */
  protected walkTabs(event: KeyboardEvent): void {
    const tabs = this.tabs();
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = tabs.findIndex(({ key }) => key === this.openTab()?.key);
    const next = tabs[(at + step + tabs.length) % tabs.length]!;
    this.chooseTab(next.key);
    document.getElementById(`tab-${next.key}`)?.focus();
  }

  protected pcapngUrl(): string {
    return this.flows.pcapngUrl(this.id());
  }
}

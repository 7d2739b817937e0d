import { Dialog } from '@angular/cdk/dialog';
import { Component, computed, inject, input, output, resource } from '@angular/core';
import { RouterLink } from '@angular/router';
import {
  alertQuery,
  clearingText,
  openSince,
  sightLines,
  type AlertCounts,
  type AlertSight,
  type FieldInfo,
  type JsonRow,
  type ModelOpinion,
} from '@wirecase/contract';
import { AlertsApi } from '../api/alerts-api.ts';
import { DetectionApi } from '../api/detection-api.ts';
import { SessionStore } from '../app/session-store.ts';
import type { Pick } from '../format/clause.ts';
import { severityOf } from '../format/flow-words.ts';
import { formatCount, formatDuration } from '../format/quantity.ts';
import { numberOf, shownValues, textOf, valueOf } from '../format/row.ts';
import { type Zone, shifted, toNs } from '../format/time.ts';
import { isHost } from '../hosts/host-words.ts';
import { FieldValues } from '../ui/field-values.ts';
import { FilterValue } from '../ui/filter-value.ts';
import { Icon } from '../ui/icon.ts';
import { Instant } from '../ui/instant.ts';
import { countsText } from './alert-counts.ts';
import { ModelOpinionNote } from './model-opinion.ts';
import { PacketDialog } from './packet-dialog.ts';

interface Evidence {
  metric?: string;
  value?: number;
  threshold?: number;
  window?: number;
  packets?: number[];
  ml?: ModelOpinion;
  /** Of a match: what was found, and the list that names it. */
  indicator?: { type: string; value: string; comment: string | null };
  list?: { id: string; name: string };
  /** A search that finds its flows. */
  filter?: string;
}

interface Entity {
  role: string;
  ip?: string;
  mac?: string;
}

/** Fields worth a line below the story. */
const facts = ['rule.id', 'rule.version', 'wirecase.alert.class', 'threat.tactic.name', 'threat.technique.id', 'wirecase.alert.confidence'];

/** Why an alert fired, who is in it, and the ways down to flows and packets. */
@Component({
  selector: 'app-alert-panel',
  imports: [FieldValues, FilterValue, Icon, Instant, ModelOpinionNote, RouterLink],
  templateUrl: './alert-panel.html',
  styleUrl: './alert-panel.css',
})
export class AlertPanel {
  private readonly dialog = inject(Dialog);
  private readonly api = inject(AlertsApi);
  private readonly detection = inject(DetectionApi);
  private readonly detectors = resource({ loader: () => this.detection.detectors() });
  protected readonly session = inject(SessionStore);
  readonly alert = input.required<JsonRow>();
  readonly fields = input.required<ReadonlyMap<string, FieldInfo>>();
  readonly zone = input.required<Zone>();
  readonly zoneName = input.required<string>();
  /** Whether it fills a page of its own. */
  readonly isPage = input(false);
  readonly pick = output<Pick>();
  readonly close = output();

  protected readonly severity = computed(() => severityOf(numberOf(this.alert(), 'event.severity')));
  protected readonly evidence = computed(() => (valueOf(this.alert(), 'wirecase.alert.evidence') ?? {}) as Evidence);
  protected readonly entities = computed(() => (valueOf(this.alert(), 'wirecase.alert.entities') ?? []) as Entity[]);
  protected readonly id = computed(() => this.text('wirecase.alert.id'));
  protected readonly evidenceUrl = computed(() => this.api.evidenceUrl(this.id()));
  protected readonly captureId = computed(() => this.text('wirecase.capture.id'));
  protected readonly facts = computed(() =>
    facts.flatMap((name) => {
      const field = this.fields().get(name);
      const values = field ? shownValues(this.alert(), field, this.zone()) : [];
      return field && values.length > 0 ? [{ field, values }] : [];
    }),
  );
  /** Rows of lists leave out what follows from them. */
  private readonly asked = resource({
    params: () => (sightsOf(this.alert()) ? undefined : this.id()),
    loader: ({ params }) => this.api.get(params),
  });
  private readonly detail = computed(() => {
    if (sightsOf(this.alert())) return this.alert();
    return this.asked.hasValue() ? this.asked.value() : null;
  });
  protected readonly sight = computed(() => {
    const sights = this.detail() && sightsOf(this.detail()!);
    return sights && sightLines(sights);
  });
  protected readonly counts = computed(() => {
    const counts = this.detail() && (valueOf(this.detail()!, 'wirecase.alert.counts') as AlertCounts | null | undefined);
    return counts ? countsText(counts) : null;
  });
  protected readonly clearing = computed(() => clearingText(this.evidence()));
  /** What the rule finds, and what else looks like it. */
  protected readonly ruleDoc = computed(() =>
    this.detectors.hasValue() ? this.detectors.value().find(({ id }) => id === this.text('rule.id'))?.doc : undefined,
  );
  /** Empty where it is about frames that are in no flow. */
  private readonly query = computed(() =>
    alertQuery({ filter: this.evidence().filter, source: this.text('source.ip'), destination: this.text('destination.ip') }),
  );
  protected readonly flowsQuery = computed(() => this.around(this.query()));
  protected readonly flowsWords = computed(() => (this.query() === '' ? 'Flows of that time' : 'Flows behind this alert'));
  /** How far beyond the threshold, as a share of the bar: the threshold stands at a third of it or where it fits. */
  protected readonly bar = computed(() => {
    const { value = 0, threshold = 0 } = this.evidence();
    const whole = Math.max(value, threshold * 1.5, 1);
    return { value: (100 * value) / whole, threshold: (100 * threshold) / whole };
  });
  /** Where between first and last packet the threshold was crossed, percent. */
  protected readonly crossedAt = computed(() => {
    const [start, detected, end] = ['event.start', 'wirecase.alert.detected_at', 'event.end'].map((name) => toNs(this.text(name)));
    const whole = Number(end! - start!);
    return whole <= 0 ? 100 : Math.min(100, Math.max(0, (100 * Number(detected! - start!)) / whole));
  });
  protected readonly isHost = isHost;
  protected readonly count = formatCount;
  protected readonly seconds = (value: number) => formatDuration(value * 1e9);
  protected readonly scope = { record: 'alert' };

  protected text(name: string): string {
    return textOf(this.alert(), name);
  }

  protected number(name: string): number {
    return numberOf(this.alert(), name);
  }

  protected hostQuery(entity: Entity) {
    return this.around(`ip == ${entity.ip}`);
  }

  protected showPacket(number: number): void {
    this.dialog.open(PacketDialog, { data: { captureId: this.captureId(), number }, ariaLabel: `Packet ${number}` });
  }

  /** Flows of its capture that were open in its time; the end is exclusive in a search. */
  private around(q: string) {
    return {
      q: openSince(q, this.text('event.start')),
      capture: this.captureId() || null,
      to: shifted(this.text('event.end'), 1n),
    };
  }
}

function sightsOf(alert: JsonRow): AlertSight[] | undefined {
  return valueOf(alert, 'wirecase.alert.unseen') as AlertSight[] | undefined;
}

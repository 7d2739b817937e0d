import { Component, DestroyRef, computed, effect, inject, resource, signal, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import type { JsonRow } from '@wirecase/contract';
import { EventStream } from '../api/event-stream.ts';
import { SearchApi } from '../api/search-api.ts';
import { LiveCaptures } from '../app/live-captures.ts';
import { Preferences } from '../app/preferences.ts';
import { type Pick, withClause } from '../format/clause.ts';
import { severityOf } from '../format/flow-words.ts';
import { formatMany } from '../format/quantity.ts';
import { numberOf, shownValues, textOf } from '../format/row.ts';
import { fieldsOf, tableColumn, usualColumns } from '../search/columns.ts';
import { languageOf } from '../search/language.ts';
import { Results } from '../search/results.ts';
import { type SearchState, askedOf, readState, writeState } from '../search/search-state.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { FilterValue } from '../ui/filter-value.ts';
import { Icon } from '../ui/icon.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { QueryBar } from '../ui/query-bar.ts';
import { type TableColumn, VirtualTable } from '../ui/virtual-table.ts';
import { AlertPanel } from './alert-panel.ts';

const record = 'alert';
/** Severities as filters, from the lowest value of each on. */
const severities = [
  { label: 'Critical', from: 90 },
  { label: 'High and above', from: 70 },
  { label: 'Medium and above', from: 40 },
];

/** What the detectors found, each with its reasons and the way down to the flows behind it. */
@Component({
  selector: 'app-alerts',
  imports: [AlertPanel, EmptyState, FilterValue, Icon, ProblemNote, QueryBar, RouterLink, VirtualTable],
  providers: [Results],
  templateUrl: './alerts.html',
  styleUrl: './alerts.css',
})
export class Alerts {
  private readonly api = inject(SearchApi);
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly captures = inject(LiveCaptures);
  protected readonly preferences = inject(Preferences);
  protected readonly results = inject(Results);

  private readonly parameters = toSignal(this.route.queryParamMap, { requireSync: true });
  protected readonly state = computed(() => ({ ...readState(this.parameters()), record }));
  private readonly asked = computed(() => askedOf(this.state()), { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
  private readonly catalogue = resource({ loader: () => this.api.fields() });
  protected readonly fields = computed(() => (this.catalogue.hasValue() ? fieldsOf(this.catalogue.value(), record) : []));
  protected readonly fieldByName = computed(() => new Map(this.fields().map((field) => [field.name, field])));
  protected readonly columns = computed<TableColumn[]>(() =>
    usualColumns(this.fields(), record).flatMap((name) => {
      const field = this.fieldByName().get(name);
      if (!field) return [];
      const column = tableColumn(field, name === 'event.start');
      return [name === 'event.severity' ? { ...column, numeric: false, width: 116 } : column];
    }),
  );
  protected readonly openAlert = computed(() => {
    const { open } = this.state();
    return open === null ? null : (this.results.rows().find((row) => this.keyOf(row) === open) ?? null);
  });
  protected readonly totalText = computed(() => {
    const total = this.results.total();
    return total ? `${total.relation === 'gte' ? 'at least ' : ''}${formatMany(total.value, 'alert')}` : '';
  });
  protected readonly queryProblem = computed(() => {
    const problem = this.results.problem();
    if (!problem?.code.startsWith('query.') || problem.position === undefined) return null;
    return { position: problem.position, message: problem.detail || problem.title };
  });
  protected readonly otherProblem = computed(() => (this.queryProblem() ? null : this.results.problem()));
  protected readonly captureName = computed(() => {
    const { capture } = this.state();
    return capture === null ? null : this.captures.nameOf(capture);
  });
  /** Alerts that came while looking. */
  protected readonly fresh = signal(0);
  protected readonly severities = severities;
  protected readonly language = computed(() => languageOf(this.catalogue.hasValue() ? this.catalogue.value() : [], record));
  protected readonly keyOf = (row: JsonRow) => textOf(row, 'wirecase.alert.id');
  protected readonly severityOf = severityOf;
  protected readonly scope = { record };

  constructor() {
    this.captures.watch();
    effect(() => {
      const asked = this.asked();
      untracked(() => void this.load(asked));
    });
    const stop = inject(EventStream).listen({ 'alert.created': () => this.fresh.update((count) => count + 1) });
    inject(DestroyRef).onDestroy(stop);
  }

  protected load(asked = this.asked()): Promise<void> {
    this.fresh.set(0);
    return this.results.search(record, asked);
  }

  protected valuesOf(row: JsonRow, column: TableColumn) {
    const field = this.fieldByName().get(column.key);
    return field ? shownValues(row, field, this.preferences.zone()) : [];
  }

  protected kindOf(column: TableColumn) {
    return this.fieldByName().get(column.key)?.kind ?? 'keyword';
  }

  protected severity(row: JsonRow): number {
    return numberOf(row, 'event.severity');
  }

  protected severityClause(from: number): string {
    return `event.severity >= ${from}`;
  }

  protected go(change: Partial<SearchState>, replaceUrl = false): void {
    const queryParams = { ...writeState({ ...this.state(), ...change }), record: null };
    void this.router.navigate([], { relativeTo: this.route, queryParams, replaceUrl });
  }

  protected run(q: string): void {
    if (q === this.state().q) void this.load();
    else this.go({ q, open: null });
  }

  protected pick(pick: Pick): void {
    this.go({ q: withClause(this.state().q, pick), open: null });
  }

  protected toggleOpen(row: JsonRow): void {
    const key = this.keyOf(row);
    this.go({ open: key === this.state().open ? null : key }, this.state().open !== null);
  }

  protected exportUrl(format: 'csv' | 'ndjson'): string {
    return this.api.exportUrl(record, format, this.asked());
  }
}

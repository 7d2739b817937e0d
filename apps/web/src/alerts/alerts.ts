import { Component, DestroyRef, HostListener, computed, effect, inject, resource, signal, untracked, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import type { BulkTriageRequest, FieldInfo, JsonRow, TriageChange } from '@wirecase/contract';
import { EventStream } from '../api/event-stream.ts';
import { AlertsApi } from '../api/alerts-api.ts';
import { SearchApi } from '../api/search-api.ts';
import { AlertNews } from '../app/alert-news.ts';
import { LiveCaptures } from '../app/live-captures.ts';
import { Notices } from '../app/notices.ts';
import { Preferences } from '../app/preferences.ts';
import { SessionStore } from '../app/session-store.ts';
import { type Pick, toggledClause, topLevelParts, withClause } from '../format/clause.ts';
import { severityOf } from '../format/flow-words.ts';
import { formatMany } from '../format/quantity.ts';
import { numberOf, shownValues, textOf } from '../format/row.ts';
import { fieldsOf, tableColumn, usualColumns } from '../search/columns.ts';
import { languageOf } from '../search/language.ts';
import { followAsked } from '../search/places.ts';
import { Results } from '../search/results.ts';
import { type SearchState, askedOf, readState, writeState } from '../search/search-state.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { FieldValues } from '../ui/field-values.ts';
import { Icon } from '../ui/icon.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { QueryBar, queryProblemOf } from '../ui/query-bar.ts';
import { type TableColumn, VirtualTable } from '../ui/virtual-table.ts';
import { AlertPanel } from './alert-panel.ts';
import { Triage } from './triage.ts';
import { changeOfKey, choices, standingText } from './triage-words.ts';

const record = 'alert';
/** Widths of columns that show words instead of values. */
const widths: Readonly<Record<string, number>> = { 'event.severity': 96, 'wirecase.alert.state': 104, 'rule.name': 184 };

/** Conditions that are asked for often, in groups of which one holds at most. */
const quickFilters = (me: string) => [
  [
    { label: 'Open', clause: 'wirecase.alert.state != closed' },
    { label: 'New', clause: 'wirecase.alert.state == new' },
    { label: 'Mine', clause: `wirecase.alert.assignee == "${me}"` },
  ],
  [
    { label: 'Critical', clause: 'event.severity >= 90' },
    { label: 'High +', clause: 'event.severity >= 70' },
    { label: 'Medium +', clause: 'event.severity >= 40' },
  ],
];
/** Column with the box that chooses a row. */
const chooseColumn: TableColumn = { key: 'choose', label: '', width: 34, title: 'Chosen' };

/** What the detectors found, each with its reasons and the way down to the flows behind it. */
@Component({
  selector: 'app-alerts',
  imports: [AlertPanel, EmptyState, FieldValues, Icon, ProblemNote, QueryBar, RouterLink, Triage, VirtualTable],
  providers: [Results],
  templateUrl: './alerts.html',
  styleUrls: ['../search/result-page.css', './alerts.css'],
})
export class Alerts {
  private readonly api = inject(SearchApi);
  private readonly alerts = inject(AlertsApi);
  private readonly notices = inject(Notices);
  private readonly news = inject(AlertNews);
  protected readonly session = inject(SessionStore);
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  private readonly captures = inject(LiveCaptures);
  protected readonly preferences = inject(Preferences);
  protected readonly results = inject(Results);

  private readonly table = viewChild(VirtualTable<JsonRow>);
  private readonly queryBar = viewChild.required(QueryBar);
  private readonly parameters = toSignal(this.route.queryParamMap, { requireSync: true });
  protected readonly state = computed(() => ({ ...readState(this.parameters()), record }));
  private readonly asked = computed(() => askedOf(this.state()), { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) });
  private readonly catalogue = resource({ loader: () => this.api.fields() });
  protected readonly fields = computed(() => (this.catalogue.hasValue() ? fieldsOf(this.catalogue.value(), record) : []));
  protected readonly fieldByName = computed(() => new Map(this.fields().map((field) => [field.name, field])));
  protected readonly mayTriage = computed(() => this.session.can('write:alerts'));
  protected readonly columns = computed<TableColumn[]>(() => {
    const columns = usualColumns(this.fields(), record).flatMap((name) => {
      const field = this.fieldByName().get(name);
      if (!field) return [];
      const column = tableColumn(field);
      return [name in widths ? { ...column, numeric: false, width: widths[name]! } : column];
    });
    return this.mayTriage() && columns.length > 0 ? [chooseColumn, ...columns] : columns;
  });
  /** Ids of the rows with a tick; or all that the query finds. */
  protected readonly chosen = signal<ReadonlySet<string>>(new Set());
  protected readonly allFound = signal(false);
  protected readonly chosenCount = computed(() => (this.allFound() ? (this.results.total()?.value ?? 0) : this.chosen().size));
  private readonly users = resource({ loader: () => this.alerts.assignees() });
  protected readonly assignees = computed(() => (this.users.hasValue() ? this.users.value() : []));
  protected readonly changing = signal(false);
  protected readonly quickFilters = computed(() => quickFilters(this.session.user()?.name ?? ''));
  /** The alert that the address opens, when it is not among the rows that are loaded. */
  private readonly openAsked = resource({
    params: () => {
      const { open } = this.state();
      const isHere = this.results.rows().some((row) => this.keyOf(row) === open);
      return open === null || isHere || this.results.total() === null ? undefined : open;
    },
    loader: ({ params }) => this.alerts.get(params),
  });
  protected readonly openAlert = computed(() => {
    const { open } = this.state();
    const asked = this.openAsked.hasValue() ? [this.openAsked.value()] : [];
    return [...this.results.rows(), ...asked].find((row) => this.keyOf(row) === open) ?? null;
  });
  protected readonly totalText = computed(() => {
    const total = this.results.total();
    return total ? `${total.relation === 'gte' ? 'at least ' : ''}${formatMany(total.value, 'alert')}` : '';
  });
  protected readonly queryProblem = computed(() => queryProblemOf(this.results.problem()));
  protected readonly otherProblem = computed(() => (this.queryProblem() ? null : this.results.problem()));
  protected readonly captureName = computed(() => {
    const { capture } = this.state();
    return capture === null ? null : this.captures.nameOf(capture);
  });
  /** Alerts that came while looking. */
  protected readonly fresh = signal(0);
  protected readonly choices = choices;
  protected readonly language = computed(() => languageOf(this.catalogue.hasValue() ? this.catalogue.value() : [], record));
  protected readonly keyOf = (row: JsonRow) => textOf(row, 'wirecase.alert.id');
  protected readonly severityOf = severityOf;
  protected readonly standing = (row: JsonRow) => standingText(textOf(row, 'wirecase.alert.state'), textOf(row, 'wirecase.alert.verdict'));
  protected readonly stateClass = (row: JsonRow) =>
    ({ new: 'high', in_progress: 'medium', closed: 'plain' })[textOf(row, 'wirecase.alert.state')] ?? '';
  protected readonly scope = { record };

  constructor() {
    this.captures.watch();
    followAsked({ asked: this.asked, load: (asked, rows) => this.load(asked, rows), results: this.results, table: this.table });
    effect(() => {
      const error = this.openAsked.error();
      if (!error) return;
      this.notices.fail('Opening the alert', error);
      untracked(() => this.go({ open: null }, true));
    });
    const stop = inject(EventStream).listen({
      'alert.created': () => this.fresh.update((count) => count + 1),
      'alert.updated': ({ ids }) => void this.refresh(ids),
    });
    inject(DestroyRef).onDestroy(stop);
  }

  protected load(asked = this.asked(), rows?: number): Promise<void> {
    this.fresh.set(0);
    this.chooseNone();
    this.news.seen();
    return this.results.search(record, asked, rows);
  }

  /** As many as are loaded, so that whoever is far down stays there. */
  private again(): Promise<void> {
    return this.results.search(record, this.asked(), this.results.rows().length);
  }

  protected valuesOf(row: JsonRow, field: FieldInfo) {
    return shownValues(row, field, this.preferences.zone());
  }

  protected why(row: JsonRow): string {
    return textOf(row, 'wirecase.alert.explanation');
  }

  protected severity(row: JsonRow): number {
    return numberOf(row, 'event.severity');
  }

  protected isOn(clause: string): boolean {
    return topLevelParts(this.state().q)?.includes(clause) ?? false;
  }

  /** Put the condition in, in the place of its siblings, or take it out. */
  protected toggle(clause: string, group: readonly { clause: string }[]): void {
    const siblings = group.map((each) => each.clause).filter((each) => each !== clause);
    this.go({ q: toggledClause(this.state().q, clause, siblings), open: null });
  }

  protected toggleChosen(row: JsonRow): void {
    const chosen = new Set(this.chosen());
    if (!chosen.delete(this.keyOf(row))) chosen.add(this.keyOf(row));
    this.chosen.set(chosen);
    this.allFound.set(false);
  }

  protected chooseLoaded(): void {
    this.chosen.set(new Set(this.results.rows().map(this.keyOf)));
  }

  protected chooseNone(): void {
    this.chosen.set(new Set());
    this.allFound.set(false);
  }

  /** Keys anywhere on the page: q to the query, j and k to the rows, which know the other keys. */
  @HostListener('document:keydown', ['$event'])
  protected shortcut(event: KeyboardEvent): void {
    const inField = (event.target as HTMLElement).closest('input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog]');
    if (inField || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'q' || event.key === '/') this.queryBar().focus();
    else if ((event.key === 'j' || event.key === 'k') && !event.defaultPrevented) this.table()?.enter();
    else return;
    event.preventDefault();
  }

  /** Keys on a row: x or space chooses it; a, n, p, t, b and f triage what is chosen, or the row when nothing is. */
  protected pressed({ key, row }: { key: string; row: JsonRow }): void {
    if (!this.mayTriage()) return;
    if (key === 'x' || key === ' ') return this.toggleChosen(row);
    const change = changeOfKey(key, this.session.user()?.name ?? '');
    if (!change) return;
    if (this.chosenCount() > 0) void this.changeChosen(change);
    else void this.changeMany({ ids: [this.keyOf(row)], change });
  }

  protected changeChosen(change: TriageChange): Promise<void> {
    if (!this.allFound()) return this.changeMany({ ids: [...this.chosen()], change });
    const { sort: _sort, ...filter } = this.asked();
    return this.changeMany({ filter, change });
  }

  private async changeMany(request: BulkTriageRequest): Promise<void> {
    this.changing.set(true);
    try {
      const { changed } = await this.alerts.changeMany(request);
      this.notices.say(`${formatMany(changed, 'alert')} changed.`);
      this.chooseNone();
      await this.again();
    } catch (error) {
      this.notices.fail('The change', error);
    } finally {
      this.changing.set(false);
    }
  }

  /** What others changed is read again where it is in sight; of very many nothing is named, and all is read again. */
  private async refresh(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return this.again();
    const shown = this.results.rows().filter((row) => ids.includes(this.keyOf(row)));
    for (const row of shown) this.put(await this.alerts.get(this.keyOf(row)));
  }

  protected put(alert: JsonRow): void {
    this.results.rows.update((rows) => rows.map((row) => (this.keyOf(row) === this.keyOf(alert) ? alert : row)));
    if (this.openAsked.hasValue() && this.keyOf(this.openAsked.value()) === this.keyOf(alert)) this.openAsked.set(alert);
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

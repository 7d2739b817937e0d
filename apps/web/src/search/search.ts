import { Component, HostListener, computed, effect, inject, resource, signal, viewChild } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { type FieldInfo, type JsonRow, captureIdField } from '@wirecase/contract';
import { problemOf } from '../api/problem.ts';
import { SearchApi } from '../api/search-api.ts';
import { SensorsApi } from '../api/sensors-api.ts';
import { LiveCaptures } from '../app/live-captures.ts';
import { Preferences } from '../app/preferences.ts';
import { type Pick, withClause } from '../format/clause.ts';
import { formatCount, formatMany } from '../format/quantity.ts';
import { shownValues, textOf } from '../format/row.ts';
import { type TimeRange, stepped, zoomedOut } from '../ui/brush.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { FieldValues } from '../ui/field-values.ts';
import { HistogramChart } from '../ui/histogram.ts';
import { Icon } from '../ui/icon.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { QueryBar, queryProblemOf } from '../ui/query-bar.ts';
import { TimeRangePicker } from '../ui/time-range.ts';
import { type TableColumn, VirtualTable } from '../ui/virtual-table.ts';
import { ColumnPicker } from './column-picker.ts';
import { fieldsOf, keyFieldOf, tableColumn, timeFieldOf, usualColumns } from './columns.ts';
import { languageOf } from './language.ts';
import { followAsked } from './places.ts';
import { Results } from './results.ts';
import { RowPanel } from './row-panel.ts';
import { type SearchState, askedOf, readState, writeState } from './search-state.ts';

const histogramBuckets = 120;

/** Search over flows, or over the records of a protocol. Everything that can be chosen here stands in the address. */
@Component({
  selector: 'app-search',
  imports: [
    ColumnPicker,
    EmptyState,
    FieldValues,
    HistogramChart,
    Icon,
    ProblemNote,
    QueryBar,
    RouterLink,
    RowPanel,
    TimeRangePicker,
    VirtualTable,
  ],
  providers: [Results],
  templateUrl: './search.html',
  styleUrls: ['./result-page.css', './search.css'],
})
export class Search {
  private readonly api = inject(SearchApi);
  private readonly sensorsApi = inject(SensorsApi);
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  protected readonly captures = inject(LiveCaptures);
  protected readonly preferences = inject(Preferences);
  protected readonly results = inject(Results);
  private readonly table = viewChild(VirtualTable);
  private readonly queryBar = viewChild.required(QueryBar);

  private readonly parameters = toSignal(this.route.queryParamMap, { requireSync: true });
  protected readonly state = computed(() => readState(this.parameters()));
  /** What is asked, equal as long as only columns or the open row change. */
  private readonly asked = computed(() => ({ record: this.state().record, parameters: askedOf(this.state()) }), {
    equal: (a, b) => JSON.stringify(a) === JSON.stringify(b),
  });
  private readonly catalogue = resource({ loader: () => this.api.fields() });
  protected readonly fields = computed(() => (this.catalogue.hasValue() ? this.catalogue.value() : []));
  protected readonly catalogueProblem = computed(() => (this.catalogue.error() ? problemOf(this.catalogue.error()) : null));
  protected readonly recordFields = computed(() => fieldsOf(this.fields(), this.state().record));
  protected readonly fieldByName = computed(() => new Map(this.recordFields().map((field) => [field.name, field])));
  /** Record types that can be searched, flows first. */
  protected readonly records = computed(() => [...new Set(this.fields().map(({ record }) => record))]);
  /** An address may name columns that are no more; when it names no other, the usual ones are shown instead of none. */
  protected readonly columnNames = computed(() => {
    const known = this.state().columns?.filter((name) => this.fieldByName().has(name)) ?? [];
    return known.length > 0 ? known : usualColumns(this.recordFields(), this.state().record);
  });
  protected readonly columns = computed<TableColumn[]>(() => {
    const chosen = this.columnNames().map((name) => this.fieldByName().get(name)!);
    return [{ key: '', label: '', width: 30 }, ...chosen.map((field) => tableColumn(field))];
  });
  protected readonly timeField = computed(() => timeFieldOf(this.state().record));
  protected readonly keyOf = computed(() => {
    const name = keyFieldOf(this.state().record);
    return (row: JsonRow) => textOf(row, name);
  });
  protected readonly openRow = computed(() => {
    const { open } = this.state();
    return open === null ? null : (this.results.rows().find((row) => this.keyOf()(row) === open) ?? null);
  });

  private readonly histogramAsked = resource({
    params: () => (this.asked().record === 'flow' ? this.asked().parameters : undefined),
    loader: ({ params }) => this.api.histogram({ ...params, buckets: histogramBuckets }),
  });
  /** The last histogram that came, kept while the next is on its way. */
  protected readonly histogram = signal<Awaited<ReturnType<SearchApi['histogram']>> | null>(null);
  private readonly extentAsked = resource({
    params: () => ({
      capture: this.state().capture ?? undefined,
      sensor: this.state().sensor ?? undefined,
      captures: this.captures.list().filter(({ state }) => state === 'ready').length,
    }),
    loader: ({ params: { capture, sensor } }) => this.api.histogram({ capture, sensor, buckets: 1 }),
  });
  /** First and last time of the data searched, before any query. */
  protected readonly extent = computed<TimeRange | null>(() => {
    if (!this.extentAsked.hasValue()) return null;
    const { from, to, counts } = this.extentAsked.value();
    return counts.some((count) => count > 0) ? { from, to } : null;
  });
  /** Time ranges to go back to by double click. */
  private readonly zoomedFrom: { from: string | null; to: string | null }[] = [];

  protected readonly queryProblem = computed(() => queryProblemOf(this.results.problem()));
  protected readonly otherProblem = computed(() => (this.queryProblem() ? null : this.results.problem()));
  protected readonly captureName = computed(() => {
    const { capture } = this.state();
    return capture === null ? null : this.captures.nameOf(capture);
  });
  protected readonly readyCaptures = computed(() => this.captures.list().filter(({ state }) => state === 'ready'));
  private readonly sensorsAsked = resource({ loader: () => this.sensorsApi.list() });
  protected readonly sensors = computed(() => (this.sensorsAsked.hasValue() ? this.sensorsAsked.value() : []));
  protected readonly scope = computed(() => {
    const { record, capture, sensor } = this.state();
    return {
      ...(record === 'flow' ? {} : { record }),
      ...(capture === null ? {} : { capture }),
      ...(sensor === null ? {} : { sensor }),
    };
  });
  protected readonly totalText = computed(() => {
    const total = this.results.total();
    if (!total) return '';
    const noun = this.state().record === 'flow' ? 'flow' : 'row';
    return `${total.relation === 'gte' ? 'at least ' : ''}${formatMany(total.value, noun)}`;
  });
  protected readonly language = computed(() => languageOf(this.fields(), this.state().record));
  protected readonly count = formatCount;

  constructor() {
    this.captures.watch();
    followAsked({
      asked: this.asked,
      load: ({ record, parameters }, rows) => this.results.search(record, parameters, rows),
      results: this.results,
      table: this.table,
    });
    effect(() => {
      if (this.histogramAsked.hasValue()) this.histogram.set(this.histogramAsked.value());
      else if (this.histogramAsked.error()) this.histogram.set(null);
    });
  }

  /** `chosen`: the name of a parameter, a colon, an id; empty for all captures. */
  protected restrict(chosen: string): void {
    const [parameter, id] = chosen.split(':');
    this.go({ capture: null, sensor: null, open: null, ...(id ? { [parameter!]: id } : {}) });
  }

  protected hasSensor(id: string | null): boolean {
    return this.sensors().some((sensor) => sensor.id === id);
  }

  protected hasReadyCapture(id: string | null): boolean {
    return this.readyCaptures().some((capture) => capture.id === id);
  }

  protected valuesOf(row: JsonRow, field: FieldInfo) {
    const values = shownValues(row, field, this.preferences.zone());
    return field.name === captureIdField.name ? values.map(({ text, filter }) => ({ text: this.captures.nameOf(text), filter })) : values;
  }

  protected captureNameOf(row: JsonRow): string {
    return this.captures.nameOf(textOf(row, captureIdField.name));
  }

  protected flowIdOf(row: JsonRow): string {
    return textOf(row, 'wirecase.flow.id');
  }

  /** Go to the changed state; the address changes and everything follows from it. */
  protected go(change: Partial<SearchState>, replaceUrl = false): void {
    const queryParams = writeState({ ...this.state(), ...change });
    void this.router.navigate([], { relativeTo: this.route, queryParams, replaceUrl });
  }

  protected run(q: string): void {
    if (q === this.state().q) void this.results.search(this.asked().record, this.asked().parameters);
    else this.go({ q, open: null });
  }

  protected pick(pick: Pick): void {
    this.go({ q: withClause(this.state().q, pick), open: null });
  }

  protected search(record: string): void {
    this.zoomedFrom.length = 0;
    this.go({ record, q: '', columns: null, open: null, sort: null });
  }

  protected toggleOpen(row: JsonRow): void {
    const key = this.keyOf()(row);
    this.go({ open: key === this.state().open ? null : key }, this.state().open !== null);
  }

  protected zoom(range: TimeRange): void {
    this.zoomedFrom.push({ from: this.state().from, to: this.state().to });
    this.go(range);
  }

  protected undoZoom(): void {
    this.go(this.zoomedFrom.pop() ?? { from: null, to: null });
  }

  protected zoomOut(): void {
    const range = this.shownRange();
    const data = this.extent();
    this.go((range && data && zoomedOut(range, data)) ?? { from: null, to: null });
  }

  protected step(direction: -1 | 1): void {
    const range = this.shownRange();
    if (range) this.go(stepped(range, direction));
  }

  protected exportUrl(format: 'csv' | 'ndjson'): string {
    return this.api.exportUrl(this.asked().record, format, this.asked().parameters);
  }

  @HostListener('document:keydown', ['$event'])
  protected shortcut(event: KeyboardEvent): void {
    const inField = (event.target as HTMLElement).closest('input, textarea, select, [contenteditable]');
    if (inField || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'q' || event.key === '/') this.queryBar().focus();
    else if ((event.key === 'j' || event.key === 'k') && !event.defaultPrevented) this.table()?.enter();
    else if (event.key === 't') document.querySelector<HTMLElement>('[data-key=t]')?.click();
    else return;
    event.preventDefault();
  }

  /** The range chosen, its open ends closed by the data. */
  private shownRange(): TimeRange | null {
    const { from, to } = this.state();
    const data = this.extent();
    const range = { from: from ?? data?.from, to: to ?? data?.to };
    return range.from && range.to ? { from: range.from, to: range.to } : null;
  }
}

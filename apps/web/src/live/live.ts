import { Component, DestroyRef, computed, effect, inject, signal, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, type Params, Router, RouterLink } from '@angular/router';
import type { JsonRow, LiveSample, Problem, Sensor, SensorTraffic } from '@wirecase/contract';
import { EventStream } from '../api/event-stream.ts';
import { problemOf } from '../api/problem.ts';
import { SearchApi } from '../api/search-api.ts';
import { SensorsApi } from '../api/sensors-api.ts';
import { Preferences } from '../app/preferences.ts';
import { SessionStore } from '../app/session-store.ts';
import { formatBytes, formatCount } from '../format/quantity.ts';
import { textOf } from '../format/row.ts';
import { formatInstant } from '../format/time.ts';
import { AlertNote } from '../ui/alert-note.ts';
import type { TimeRange } from '../ui/brush.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { HistogramChart } from '../ui/histogram.ts';
import { Icon } from '../ui/icon.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { RateChart } from '../ui/rate-chart.ts';
import { histogramOf, seriesOf } from './series.ts';

const refreshMs = 5000;
const shownAlerts = 8;
/** A sample that is older says nothing of now. */
const staleMs = 5000;

const ranges = [
  { minutes: 15, label: '15 min' },
  { minutes: 60, label: '1 h' },
  { minutes: 360, label: '6 h' },
  { minutes: 1440, label: '24 h' },
];

/** What a sensor sees now and saw lately; every bar, host and protocol leads into Search. */
@Component({
  selector: 'app-live',
  imports: [AlertNote, EmptyState, HistogramChart, Icon, ProblemNote, RateChart, RouterLink],
  templateUrl: './live.html',
  styleUrl: './live.css',
})
export class Live {
  private readonly api = inject(SensorsApi);
  private readonly search = inject(SearchApi);
  private readonly router = inject(Router);
  private readonly events = inject(EventStream);
  private readonly parameters = toSignal(inject(ActivatedRoute).queryParamMap, { requireSync: true });
  protected readonly preferences = inject(Preferences);
  protected readonly session = inject(SessionStore);

  protected readonly sensors = signal<readonly Sensor[] | null>(null);
  protected readonly traffic = signal<SensorTraffic | null>(null);
  protected readonly alerts = signal<readonly JsonRow[]>([]);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly isPaused = signal(false);
  private readonly sample = signal<LiveSample | null>(null);
  private readonly now = signal(Date.now());
  private isAskingAlerts = false;
  private areAlertsStale = false;

  protected readonly sensor = computed(() => {
    const sensors = this.sensors();
    const wanted = this.parameters().get('sensor');
    return sensors?.find(({ id }) => id === wanted) ?? sensors?.[0] ?? null;
  });
  /** The address may name one that was deleted. */
  protected readonly isAnother = computed(() => {
    const wanted = this.parameters().get('sensor');
    return wanted !== null && this.sensors() !== null && this.id() !== wanted;
  });
  protected readonly minutes = computed(() => {
    const wanted = Number(this.parameters().get('minutes'));
    return ranges.find(({ minutes }) => minutes === wanted)?.minutes ?? ranges[0]!.minutes;
  });
  private readonly id = computed(() => this.sensor()?.id ?? null);
  protected readonly series = computed(() => {
    const traffic = this.traffic();
    return traffic && seriesOf(traffic.minutes, traffic.gaps, this.minutes(), this.now());
  });
  protected readonly histogram = computed(() => {
    const series = this.series();
    return series && histogramOf(series);
  });
  /** Per second, in each bar. */
  protected readonly packetRates = computed(() => this.perSecond((series) => series.packets));
  protected readonly bitRates = computed(() => this.perSecond((series) => series.bytes).map((bytes) => bytes * 8));
  protected readonly live = computed(() => {
    const sample = this.sample();
    return sample && sample.sensor === this.id() && this.now() - Date.parse(sample.at) < staleMs ? sample : null;
  });
  protected readonly dropped = computed(() => (this.traffic()?.gaps ?? []).reduce((sum, gap) => sum + gap.dropped, 0));
  protected readonly ranges = ranges;
  protected readonly count = formatCount;
  protected readonly bytes = formatBytes;
  protected readonly packetText = (value: number) => `${formatCount(Math.round(value))}/s`;
  protected readonly bitText = (value: number) => `${formatBytes(value).replace(/B$/, 'bit')}/s`;
  protected readonly alertId = (alert: JsonRow) => textOf(alert, 'wirecase.alert.id');

  constructor() {
    const stop = this.events.listen({
      'sensor.live': (sample) => this.take(sample),
      'sensor.updated': () => this.refreshUnlessPaused(),
      // Which sensor it is of, only the server knows.
      'alert.created': () => this.alertsChanged([]),
      'alert.updated': ({ ids }) => this.alertsChanged(ids),
    });
    const timer = setInterval(() => this.refreshUnlessPaused(), refreshMs);
    inject(DestroyRef).onDestroy(() => {
      stop();
      clearInterval(timer);
    });
    void this.refresh();
    effect(() => {
      this.id();
      this.minutes();
      untracked(() => void this.loadTraffic());
    });
    effect(() => {
      this.id();
      untracked(() => void this.loadAlerts());
    });
  }

  protected async refresh(): Promise<void> {
    try {
      this.sensors.set(await this.api.list());
      this.sample.set(this.sensor()?.live ?? this.sample());
      await Promise.all([this.loadTraffic(), this.loadAlerts()]);
    } catch (error) {
      this.problem.set(problemOf(error));
    }
  }

  protected choose(change: { sensor?: string; minutes?: number }): void {
    void this.router.navigate([], { queryParams: change, queryParamsHandling: 'merge' });
  }

  protected drill({ from, to }: TimeRange): void {
    void this.router.navigate(['/search'], { queryParams: { sensor: this.id(), from, to } });
  }

  protected pause(): void {
    this.isPaused.update((isPaused) => !isPaused);
    if (!this.isPaused()) void this.refresh();
  }

  /** Search for a host or protocol in what the sensor captured in the range that is shown. */
  protected rangeWith(query: string): Params {
    const { from, to } = this.histogram() ?? {};
    return { q: query, sensor: this.id(), from, to };
  }

  protected isCapturing({ isAway, status }: Sensor): boolean {
    return !isAway && status?.isCapturing === true;
  }

  protected instant(time: string): string {
    return formatInstant(time, this.preferences.zone(), 'second');
  }

  private refreshUnlessPaused(): void {
    if (!this.isPaused()) void this.refresh();
  }

  private async loadTraffic(): Promise<void> {
    const [id, minutes] = [this.id(), this.minutes()];
    if (id === null) return;
    try {
      const traffic = await this.api.traffic(id, minutes);
      // Another sensor or range was chosen meanwhile.
      if (id !== this.id() || minutes !== this.minutes()) return;
      this.now.set(Date.now());
      this.traffic.set(traffic);
      this.problem.set(null);
    } catch (error) {
      this.problem.set(problemOf(error));
    }
  }

  private take(sample: LiveSample): void {
    if (this.isPaused() || sample.sensor !== this.id()) return;
    this.sample.set(sample);
    this.now.set(Date.now());
  }

  /** These did; without ids, any. */
  private alertsChanged(ids: readonly string[]): void {
    const isShown = ids.length === 0 || this.alerts().some((alert) => ids.includes(this.alertId(alert)));
    if (isShown && !this.isPaused()) void this.loadAlerts();
  }

  /** The newest alerts of the sensor. One question at a time: what comes meanwhile is asked for after its answer. */
  private async loadAlerts(): Promise<void> {
    const sensor = this.id();
    if (sensor === null || !this.session.can('read:alerts')) return;
    this.areAlertsStale = true;
    if (this.isAskingAlerts) return;
    this.isAskingAlerts = true;
    try {
      while (this.areAlertsStale) {
        this.areAlertsStale = false;
        const { items } = await this.search.page('alert', { sensor: this.id()!, limit: shownAlerts });
        this.alerts.set(items);
      }
    } catch (error) {
      this.problem.set(problemOf(error));
    } finally {
      this.isAskingAlerts = false;
    }
  }

  private perSecond(pick: (series: ReturnType<typeof seriesOf>) => number[]): number[] {
    const series = this.series();
    return series ? pick(series).map((count) => count / (series.stepMs / 1000)) : [];
  }
}

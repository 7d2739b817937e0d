import { Component, DestroyRef, computed, effect, inject, resource, signal } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import type { JsonRow } from '@wirecase/contract';
import { AlertsApi } from '../api/alerts-api.ts';
import { IncidentsApi } from '../api/incidents-api.ts';
import { EventStream } from '../api/event-stream.ts';
import { HoldsApi } from '../api/holds-api.ts';
import { problemOf } from '../api/problem.ts';
import { SearchApi } from '../api/search-api.ts';
import { LiveCaptures } from '../app/live-captures.ts';
import { Notices } from '../app/notices.ts';
import { Preferences } from '../app/preferences.ts';
import { SessionStore } from '../app/session-store.ts';
import type { Pick } from '../format/clause.ts';
import { formatBytes, formatMany } from '../format/quantity.ts';
import { textOf } from '../format/row.ts';
import { fieldsOf } from '../search/columns.ts';
import { Places } from '../search/places.ts';
import { HoldPrompt } from '../ui/hold-prompt.ts';
import { Icon } from '../ui/icon.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { AlertPanel } from './alert-panel.ts';
import { Triage } from './triage.ts';

/** One alert on a page of its own, for a link in a notification or a case. */
@Component({
  selector: 'app-alert-page',
  imports: [AlertPanel, Icon, ProblemNote, RouterLink, Triage],
  templateUrl: './alert.html',
  styleUrl: './alert.css',
})
export class AlertPage {
  private readonly api = inject(AlertsApi);
  private readonly incidents = inject(IncidentsApi);
  private readonly search = inject(SearchApi);
  private readonly router = inject(Router);
  private readonly captures = inject(LiveCaptures);
  private readonly holds = inject(HoldsApi);
  private readonly notices = inject(Notices);
  private readonly prompt = inject(HoldPrompt);
  protected readonly places = inject(Places);
  protected readonly session = inject(SessionStore);
  protected readonly preferences = inject(Preferences);
  private readonly parameters = toSignal(inject(ActivatedRoute).paramMap, { requireSync: true });
  protected readonly id = computed(() => this.parameters().get('id')!);
  private readonly asked = resource({ params: () => this.id(), loader: ({ params }) => this.api.get(params) });
  private readonly askedIncident = resource({ params: () => this.id(), loader: ({ params }) => this.incidents.get(params) });
  /** Null: it is in none. */
  protected readonly incident = computed(() => (this.askedIncident.hasValue() ? this.askedIncident.value() : null));
  private readonly catalogue = resource({ loader: () => this.search.fields() });
  protected readonly alert = signal<JsonRow | null>(null);
  protected readonly problem = computed(() => (this.asked.error() ? problemOf(this.asked.error()) : null));
  protected readonly fields = computed(
    () => new Map((this.catalogue.hasValue() ? fieldsOf(this.catalogue.value(), 'alert') : []).map((field) => [field.name, field])),
  );
  protected readonly captureId = computed(() => textOf(this.alert() ?? {}, 'wirecase.capture.id'));
  protected readonly captureName = computed(() => this.captures.nameOf(this.captureId()));

  constructor() {
    this.captures.watch();
    effect(() => this.alert.set(this.asked.hasValue() ? this.asked.value() : null));
    const stop = inject(EventStream).listen({ 'alert.updated': ({ ids }) => ids.includes(this.id()) && this.asked.reload() });
    inject(DestroyRef).onDestroy(stop);
  }

  /** The ring still has the time before the alert: what matters of it stays. */
  protected async keep(): Promise<void> {
    const text = 'Captures of its sensor with packets in this time are kept until they are released, also those that are yet to come.';
    const answer = await this.prompt.ask({ heading: 'Keep the traffic around this alert', text, hasTime: true });
    if (!answer) return;
    try {
      const { captures, bytes } = await this.holds.holdAround(this.id(), answer.reason, answer.beforeSeconds, answer.afterSeconds);
      this.notices.say(`${formatMany(captures, 'capture')} with ${formatBytes(bytes)} kept.`);
    } catch (error) {
      this.notices.fail('Keeping', error);
    }
  }

  /** A value that was clicked is looked for in the list of alerts. */
  protected pick({ clause, mode }: Pick): void {
    void this.router.navigate(['/alerts'], { queryParams: { q: mode === 'not' ? `not ${clause}` : clause } });
  }
}

import { Component, DestroyRef, computed, inject, resource, signal } from '@angular/core';
import { RouterLink } from '@angular/router';
import { EventStream } from '../api/event-stream.ts';
import { IncidentsApi } from '../api/incidents-api.ts';
import { problemOf } from '../api/problem.ts';
import { Preferences } from '../app/preferences.ts';
import { severityOf } from '../format/flow-words.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { Instant } from '../ui/instant.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { stepWords, targetsText } from './incident-words.ts';

/** Who attacked: the alerts of each attacker put together, newest or riskiest first. */
@Component({
  selector: 'app-incidents',
  imports: [EmptyState, Instant, ProblemNote, RouterLink],
  templateUrl: './incidents.html',
  styleUrl: './incidents.css',
})
export class Incidents {
  private readonly api = inject(IncidentsApi);
  protected readonly preferences = inject(Preferences);
  protected readonly sort = signal<'start' | 'risk'>('start');
  protected readonly asked = resource({ params: () => this.sort(), loader: ({ params }) => this.api.list(params) });
  protected readonly problem = computed(() => (this.asked.error() ? problemOf(this.asked.error()) : null));
  protected readonly incidents = computed(() => (this.asked.hasValue() ? this.asked.value() : null));
  protected readonly severityOf = severityOf;
  protected readonly stepWords = stepWords;
  protected readonly targets = targetsText;
  protected readonly sorts = [
    { sort: 'start', label: 'Newest first' },
    { sort: 'risk', label: 'Riskiest first' },
  ] as const;

  constructor() {
    const reload = () => this.asked.reload();
    const stop = inject(EventStream).listen({ 'alert.created': reload, 'alert.updated': reload });
    inject(DestroyRef).onDestroy(stop);
  }
}

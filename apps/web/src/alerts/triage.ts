import { Component, computed, effect, inject, input, output, resource, signal, untracked } from '@angular/core';
import type { JsonRow, TriageChange } from '@wirecase/contract';
import { AlertsApi } from '../api/alerts-api.ts';
import { EventStream } from '../api/event-stream.ts';
import { problemOf } from '../api/problem.ts';
import { Notices } from '../app/notices.ts';
import { SessionStore } from '../app/session-store.ts';
import { textOf } from '../format/row.ts';
import { formatAgo } from '../format/time.ts';
import { Icon } from '../ui/icon.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { choiceOf, choices, deedsOf, standingText } from './triage-words.ts';

/** Where people are with an alert: state, verdict, assignee, comments and everything that was done. */
@Component({
  selector: 'app-triage',
  imports: [Icon, ProblemNote],
  templateUrl: './triage.html',
  styleUrl: './triage.css',
})
export class Triage {
  private readonly api = inject(AlertsApi);
  private readonly events = inject(EventStream);
  private readonly notices = inject(Notices);
  protected readonly session = inject(SessionStore);
  readonly alert = input.required<JsonRow>();
  /** The alert as it is after a change made here. */
  readonly changed = output<JsonRow>();

  protected readonly id = computed(() => textOf(this.alert(), 'wirecase.alert.id'));
  protected readonly state = computed(() => textOf(this.alert(), 'wirecase.alert.state'));
  protected readonly verdict = computed(() => textOf(this.alert(), 'wirecase.alert.verdict'));
  protected readonly assignee = computed(() => textOf(this.alert(), 'wirecase.alert.assignee'));
  protected readonly choice = computed(() => choiceOf(this.state(), this.verdict()));
  private readonly asked = resource({ params: () => this.id(), loader: ({ params }) => this.api.history(params) });
  protected readonly history = computed(() => (this.asked.hasValue() ? this.asked.value().toReversed() : null));
  protected readonly problem = computed(() => (this.asked.error() ? problemOf(this.asked.error()) : null));
  private readonly users = resource({ loader: () => this.api.assignees() });
  /** Who may have it, and who has it although the account is gone. */
  protected readonly names = computed(() => {
    const names = this.users.hasValue() ? this.users.value() : [];
    const { assignee } = this;
    return assignee() === '' || names.includes(assignee()) ? names : [...names, assignee()];
  });
  protected readonly comment = signal('');
  protected readonly busy = signal(false);
  protected readonly choices = choices;
  protected readonly deedsOf = deedsOf;
  protected readonly standingText = standingText;
  protected readonly ago = (at: string) => formatAgo(at);

  constructor() {
    effect((onCleanup) => {
      const id = this.id();
      const stop = untracked(() => this.events.listen({ 'alert.updated': ({ ids }) => ids.includes(id) && this.asked.reload() }));
      onCleanup(stop);
    });
  }

  protected choose(position: string): Promise<boolean> {
    return this.change(choices[Number(position)]!.change);
  }

  protected assign(name: string): Promise<boolean> {
    return this.change({ assignee: name === '' ? null : name });
  }

  protected async say(event: Event): Promise<void> {
    event.preventDefault();
    const comment = this.comment().trim();
    if (comment !== '' && (await this.change({ comment }))) this.comment.set('');
  }

  private async change(change: TriageChange): Promise<boolean> {
    this.busy.set(true);
    try {
      this.changed.emit(await this.api.change(this.id(), change));
      this.asked.reload();
      return true;
    } catch (error) {
      this.notices.fail('The change', error);
      return false;
    } finally {
      this.busy.set(false);
    }
  }
}

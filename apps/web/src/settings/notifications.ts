import { Component, computed, inject, resource, signal } from '@angular/core';
import { type Channel, type ChannelKind, type Problem, channelKinds } from '@wirecase/contract';
import { DetectionApi } from '../api/detection-api.ts';
import { problemOf } from '../api/problem.ts';
import { Notices } from '../app/notices.ts';
import { severityOf } from '../format/flow-words.ts';
import { formatAgo } from '../format/time.ts';
import { Confirm } from '../ui/confirm.ts';
import { Icon } from '../ui/icon.ts';
import { IconButton } from '../ui/icon-button.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { type ChannelForm, emptyForm, formOf, kindWords, requestOf, secretWords, switched, whereText } from './channel-form.ts';

/** Who is told of new alerts, and what became of each message. */
@Component({
  selector: 'app-notifications',
  imports: [Icon, IconButton, ProblemNote],
  templateUrl: './notifications.html',
  styleUrl: './section.css',
})
export class Notifications {
  private readonly api = inject(DetectionApi);
  private readonly notices = inject(Notices);
  private readonly confirm = inject(Confirm);
  private readonly asked = resource({ loader: () => this.api.channels() });
  protected readonly channels = computed(() => (this.asked.hasValue() ? this.asked.value() : null));
  protected readonly loadProblem = computed(() => (this.asked.error() ? problemOf(this.asked.error()) : null));
  /** The channel whose deliveries are shown. */
  protected readonly shown = signal<Channel | null>(null);
  private readonly told = resource({
    params: () => this.shown()?.id,
    loader: ({ params }) => this.api.deliveries(params),
  });
  protected readonly deliveries = computed(() => (this.told.hasValue() ? this.told.value() : null));
  protected readonly form = signal<ChannelForm>(emptyForm);
  /** The channel that the form changes; null: it makes a new one. */
  protected readonly edited = signal<Channel | null>(null);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly kinds = channelKinds;
  protected readonly kindWords = kindWords;
  protected readonly secretWords = secretWords;
  protected readonly whereText = whereText;
  protected readonly severityOf = severityOf;
  protected readonly ago = (at: string) => formatAgo(at);

  protected set(change: Partial<ChannelForm>): void {
    this.form.update((form) => ({ ...form, ...change }));
  }

  protected setKind(kind: ChannelKind): void {
    this.set({ kind, port: kind === 'syslog' ? '514' : '25' });
  }

  protected edit(channel: Channel): void {
    this.edited.set(channel);
    this.problem.set(null);
    this.form.set(formOf(channel));
  }

  protected cancel(): void {
    this.edited.set(null);
    this.problem.set(null);
    this.form.set(emptyForm);
  }

  /** What somebody else made of the edited channel, instead of what is typed here. */
  protected editNewest(): void {
    const newest = this.channels()?.find(({ id }) => id === this.edited()?.id);
    if (newest) this.edit(newest);
    else this.cancel();
  }

  protected async save(event: Event): Promise<void> {
    event.preventDefault();
    this.problem.set(null);
    const edited = this.edited();
    try {
      if (edited) {
        const { name } = await this.api.changeChannel(edited.id, { ...requestOf(this.form(), edited), version: edited.version });
        this.notices.say(`${name} is changed. Send a test.`);
      } else {
        const { name } = await this.api.createChannel(requestOf(this.form()));
        this.notices.say(`${name} is told of new alerts from now on. Send a test.`);
      }
      this.cancel();
    } catch (error) {
      this.problem.set(problemOf(error));
    }
    this.asked.reload();
  }

  protected async test(channel: Channel): Promise<void> {
    try {
      await this.api.testChannel(channel.id);
      this.notices.say('The test is on its way; the delivery log says how it went.');
      this.show(channel);
    } catch (error) {
      this.notices.fail('The test', error);
    }
  }

  protected show(channel: Channel): void {
    if (this.shown()?.id === channel.id) this.told.reload();
    else this.shown.set(channel);
  }

  protected async toggle(channel: Channel): Promise<void> {
    try {
      await this.api.changeChannel(channel.id, switched(channel, !channel.enabled));
    } catch (error) {
      this.notices.fail('The change', error);
    }
    this.asked.reload();
  }

  protected async remove(channel: Channel): Promise<void> {
    const agreed = await this.confirm.ask({
      heading: `Delete ${channel.name}?`,
      text: 'Nobody is told on it any more; its delivery log goes with it.',
      action: 'Delete channel',
    });
    if (!agreed) return;
    try {
      await this.api.deleteChannel(channel.id);
      if (this.shown()?.id === channel.id) this.shown.set(null);
    } catch (error) {
      this.notices.fail('Deleting', error);
    }
    this.asked.reload();
  }
}

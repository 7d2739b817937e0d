import { Component, computed, effect, inject, resource, signal } from '@angular/core';
import { FormField, form, required } from '@angular/forms/signals';
import type { Problem, Zone, ZoneSettings } from '@wirecase/contract';
import { problemOf } from '../api/problem.ts';
import { SettingsApi } from '../api/settings-api.ts';
import { Notices } from '../app/notices.ts';
import { SessionStore } from '../app/session-store.ts';
import { Icon } from '../ui/icon.ts';
import { IconButton } from '../ui/icon-button.ts';
import { ProblemNote } from '../ui/problem-note.ts';

const emptyZone: Zone = { name: '', network: '', isInside: true };

/** Names of networks, and which of them are inside. */
@Component({
  selector: 'app-zones',
  imports: [FormField, Icon, IconButton, ProblemNote],
  templateUrl: './zones.html',
  styleUrl: './section.css',
})
export class Zones {
  private readonly api = inject(SettingsApi);
  private readonly notices = inject(Notices);
  private readonly session = inject(SessionStore);
  private readonly stored = resource({ loader: () => this.api.zones() });
  protected readonly current = computed(() => (this.stored.hasValue() ? this.stored.value() : null));
  protected readonly loadProblem = computed(() => (this.stored.error() ? problemOf(this.stored.error()) : null));
  protected readonly problem = signal<Problem | null>(null);
  /** The zones as they are being edited. */
  protected readonly draft = signal<ZoneSettings>({ version: 0, zones: [] });
  protected readonly zone = signal(emptyZone);
  protected readonly form = form(this.zone, (path) => {
    required(path.network);
    required(path.name);
  });
  protected readonly isChanged = computed(() => JSON.stringify(this.current()?.zones ?? []) !== JSON.stringify(this.draft().zones));
  protected readonly mayChange = computed(() => this.session.can('admin'));

  constructor() {
    effect(() => {
      const current = this.current();
      if (current) this.draft.set({ version: current.version, zones: current.zones });
    });
  }

  protected add(event: Event): void {
    event.preventDefault();
    const zone = { ...this.zone(), network: this.zone().network.trim() };
    this.draft.update(({ version, zones }) => ({ version, zones: [...zones, zone] }));
    this.zone.set(emptyZone);
  }

  protected drop(at: number): void {
    this.draft.update(({ version, zones }) => ({ version, zones: zones.toSpliced(at, 1) }));
  }

  protected discard(): void {
    this.problem.set(null);
    this.stored.reload();
  }

  protected async save(): Promise<void> {
    this.problem.set(null);
    try {
      await this.api.changeZones(this.draft());
      this.notices.say('Saved. Captures use it from now on; analyse stored ones again on their page.');
      this.stored.reload();
    } catch (error) {
      this.problem.set(problemOf(error));
    }
  }
}

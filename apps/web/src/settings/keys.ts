import { Component, computed, inject, resource, signal } from '@angular/core';
import { FormField, form, required, submit } from '@angular/forms/signals';
import { type ApiKey, type CreatedApiKey, type Problem, apiBase } from '@wirecase/contract';
import { problemOf } from '../api/problem.ts';
import { SettingsApi } from '../api/settings-api.ts';
import { Notices } from '../app/notices.ts';
import { Preferences } from '../app/preferences.ts';
import { SessionStore } from '../app/session-store.ts';
import { formatAgo, formatInstant } from '../format/time.ts';
import { Confirm } from '../ui/confirm.ts';
import { CopyButton } from '../ui/copy-button.ts';
import { Icon } from '../ui/icon.ts';
import { ProblemNote } from '../ui/problem-note.ts';

const lifetimes = [
  { days: 30, label: '30 days' },
  { days: 90, label: '90 days' },
  { days: 365, label: 'a year' },
  { days: 0, label: 'until it is revoked' },
];
const dayMs = 86_400_000;

@Component({
  selector: 'app-keys',
  imports: [CopyButton, FormField, Icon, ProblemNote],
  templateUrl: './keys.html',
  styleUrl: './section.css',
})
export class Keys {
  private readonly api = inject(SettingsApi);
  private readonly notices = inject(Notices);
  private readonly confirm = inject(Confirm);
  private readonly preferences = inject(Preferences);
  protected readonly session = inject(SessionStore);
  private readonly asked = resource({ loader: () => this.api.keys() });
  protected readonly keys = computed(() => (this.asked.hasValue() ? this.asked.value() : null));
  protected readonly problem = computed(() => (this.asked.error() ? problemOf(this.asked.error()) : null));
  protected readonly formProblem = signal<Problem | null>(null);
  /** The key just made; it is shown this once. */
  protected readonly created = signal<CreatedApiKey | null>(null);
  /** What a key may be allowed: what its owner may. */
  protected readonly scopes = computed(() => [...this.session.permissions()].filter((permission) => permission !== 'session'));
  protected readonly chosenScopes = signal<ReadonlySet<string>>(new Set(['all']));
  protected readonly lifetimes = lifetimes;
  private readonly model = signal({ name: '', networks: '', days: '90' });
  protected readonly form = form(this.model, (path) => {
    required(path.name, { message: 'Say what it is for.' });
  });
  protected readonly origin = location.origin;
  protected readonly apiBase = apiBase;
  protected readonly ago = formatAgo;

  protected toggle(scope: string): void {
    this.chosenScopes.update((chosen) => {
      if (scope === 'all') return new Set(['all']);
      const next = new Set(chosen);
      next.delete('all');
      if (chosen.has(scope)) next.delete(scope);
      else next.add(scope);
      return next.size > 0 ? next : new Set(['all']);
    });
  }

  protected async create(event: Event): Promise<void> {
    event.preventDefault();
    this.formProblem.set(null);
    await submit(this.form, async () => {
      const { name, networks, days } = this.model();
      const allowedCidrs = networks.split(/[\s,]+/).filter((network) => network !== '');
      const expiresAt = Number(days) > 0 ? new Date(Date.now() + Number(days) * dayMs).toISOString() : null;
      try {
        this.created.set(await this.api.createKey({ name, scopes: [...this.chosenScopes()], allowedCidrs, expiresAt }));
        this.form().reset({ name: '', networks: '', days });
        this.asked.reload();
      } catch (error) {
        this.formProblem.set(problemOf(error));
      }
    });
  }

  protected async revoke(key: ApiKey): Promise<void> {
    const agreed = await this.confirm.ask({
      heading: `Revoke ${key.name}?`,
      text: 'Whatever uses it is refused from now on.',
      action: 'Revoke key',
    });
    if (!agreed) return;
    try {
      await this.api.revokeKey(key.id);
      if (this.created()?.id === key.id) this.created.set(null);
      this.notices.say(`${key.name} was revoked.`);
    } catch (error) {
      this.notices.fail('Revoking', error);
    }
    this.asked.reload();
  }

  protected day(instant: string): string {
    return formatInstant(instant, this.preferences.zone(), 'second').slice(0, 10);
  }
}

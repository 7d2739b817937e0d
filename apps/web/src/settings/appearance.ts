import { Component, inject } from '@angular/core';
import { Preferences, type Theme } from '../app/preferences.ts';
import { type Zone, formatInstant, zoneName } from '../format/time.ts';

@Component({
  selector: 'app-appearance',
  template: `
    <h1>Appearance</h1>
    <p>Kept in this browser.</p>
    <section class="panel">
      <div class="body narrow">
        <fieldset>
          <legend class="label">Theme</legend>
          @for (theme of themes; track theme.value) {
            <label class="choice">
              <input
                type="radio"
                name="theme"
                [checked]="preferences.theme() === theme.value"
                (change)="preferences.theme.set(theme.value)"
              />
              {{ theme.label }}
            </label>
          }
        </fieldset>
        <fieldset>
          <legend class="label">Times of packets</legend>
          @for (zone of zones; track zone) {
            <label class="choice">
              <input type="radio" name="zone" [checked]="preferences.zone() === zone" (change)="preferences.zone.set(zone)" />
              {{ zoneName(zone) }}
            </label>
          }
        </fieldset>
        <p class="soft">
          For example <span class="mono">{{ example() }}</span> {{ preferences.zoneName() }}
        </p>
      </div>
    </section>
  `,
  styleUrl: './section.css',
})
export class Appearance {
  protected readonly preferences = inject(Preferences);
  protected readonly themes: { value: Theme; label: string }[] = [
    { value: 'system', label: 'As the system' },
    { value: 'light', label: 'Light' },
    { value: 'dark', label: 'Dark' },
  ];
  protected readonly zones: Zone[] = ['utc', 'local'];
  protected readonly zoneName = zoneName;

  protected example(): string {
    return formatInstant('2024-05-01T10:00:00.123456789Z', this.preferences.zone());
  }
}

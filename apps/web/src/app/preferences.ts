import { Service, computed, effect, signal } from '@angular/core';
import { type Zone, withInstants, zoneName } from '../format/time.ts';

export type Theme = 'system' | 'light' | 'dark';

interface Stored {
  theme: Theme;
  zone: Zone;
}

const storageKey = 'wirecase.preferences';

/** How this browser likes the UI; kept in its local storage. */
@Service()
export class Preferences {
  private readonly stored = read();
  readonly theme = signal<Theme>(this.stored.theme);
  readonly zone = signal<Zone>(this.stored.zone);
  readonly zoneName = computed(() => zoneName(this.zone()));

  constructor() {
    effect(() => {
      const theme = this.theme();
      if (theme === 'system') delete document.documentElement.dataset['theme'];
      else document.documentElement.dataset['theme'] = theme;
      localStorage.setItem(storageKey, JSON.stringify({ theme, zone: this.zone() } satisfies Stored));
    });
  }

  /** A sentence of the server, with its times as the pages show them. */
  said(text: string): string {
    return withInstants(text, this.zone(), 'second');
  }

  switchZone(): void {
    this.zone.update((zone) => (zone === 'utc' ? 'local' : 'utc'));
  }
}

function read(): Stored {
  const fallback: Stored = { theme: 'system', zone: 'utc' };
  try {
    const stored = JSON.parse(localStorage.getItem(storageKey) ?? '{}') as Partial<Stored>;
    return {
      theme: stored.theme === 'light' || stored.theme === 'dark' ? stored.theme : fallback.theme,
      zone: stored.zone === 'local' ? 'local' : fallback.zone,
    };
  } catch {
    // Someone else wrote the key: start afresh.
    return fallback;
  }
}

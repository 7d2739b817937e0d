import { Component, inject } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { SessionStore } from '../app/session-store.ts';
import { Icon, type IconName } from '../ui/icon.ts';

interface Section {
  path: string;
  label: string;
  icon: IconName;
  forAdmins: boolean;
}

const sections: Section[] = [
  { path: 'account', label: 'Your account', icon: 'user', forAdmins: false },
  { path: 'appearance', label: 'Appearance', icon: 'sun', forAdmins: false },
  { path: 'keys', label: 'API keys', icon: 'key', forAdmins: false },
  { path: 'users', label: 'Users', icon: 'user', forAdmins: true },
  { path: 'detection', label: 'Detection', icon: 'shield', forAdmins: false },
  { path: 'zones', label: 'Zones', icon: 'globe', forAdmins: false },
  { path: 'notifications', label: 'Notifications', icon: 'alert', forAdmins: true },
  { path: 'sensors', label: 'Sensors', icon: 'pulse', forAdmins: true },
  { path: 'system', label: 'System', icon: 'gear', forAdmins: false },
];

@Component({
  selector: 'app-settings',
  imports: [Icon, RouterLink, RouterLinkActive, RouterOutlet],
  template: `
    <div class="page">
      <nav aria-label="Settings">
        @for (section of sections; track section.path) {
          <a [routerLink]="section.path" routerLinkActive="current" ariaCurrentWhenActive="page">
            <app-icon [name]="section.icon" />{{ section.label }}
          </a>
        }
      </nav>
      <div><router-outlet /></div>
    </div>
  `,
  styles: `
    .page {
      display: grid;
      grid-template-columns: 180px minmax(0, 1fr);
      gap: 28px;
      max-width: 1080px;
    }
    nav {
      display: grid;
      align-content: start;
      gap: 2px;
    }
    nav a {
      display: flex;
      align-items: center;
      gap: 9px;
      height: 32px;
      padding: 0 10px;
      border-radius: var(--radius-small);
      color: var(--ink-soft);
      font-weight: 500;
      white-space: nowrap;
      text-decoration: none;
    }
    nav a:hover {
      background: var(--hover);
      color: var(--ink);
    }
    nav a.current {
      background: var(--selected);
      color: var(--ink);
    }
    nav a.current app-icon {
      color: var(--accent);
    }
    @media (max-width: 760px) {
      .page {
        grid-template-columns: minmax(0, 1fr);
      }
      nav {
        display: flex;
        flex-wrap: wrap;
      }
    }
  `,
})
export class Settings {
  private readonly session = inject(SessionStore);
  protected readonly sections = sections.filter(({ forAdmins }) => !forAdmins || this.session.can('admin'));
}

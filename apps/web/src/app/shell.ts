import { CdkMenu, CdkMenuItem, CdkMenuTrigger } from '@angular/cdk/menu';
import { Component, DestroyRef, HostListener, inject } from '@angular/core';
import { Router, RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { Brand } from '../ui/brand.ts';
import { Icon, type IconName } from '../ui/icon.ts';
import { Preferences, type Theme } from './preferences.ts';
import { AlertNews } from './alert-news.ts';
import { Notices } from './notices.ts';
import { SessionStore } from './session-store.ts';
import { UploadQueue } from './upload-queue.ts';

const themes: { theme: Theme; label: string; icon: IconName }[] = [
  { theme: 'system', label: 'As the system', icon: 'screen' },
  { theme: 'light', label: 'Light', icon: 'sun' },
  { theme: 'dark', label: 'Dark', icon: 'moon' },
];

/** The bar above every page after login. */
@Component({
  selector: 'app-shell',
  imports: [Brand, CdkMenu, CdkMenuItem, CdkMenuTrigger, Icon, RouterLink, RouterLinkActive, RouterOutlet],
  templateUrl: './shell.html',
  styleUrl: './shell.css',
})
export class Shell {
  protected readonly session = inject(SessionStore);
  protected readonly preferences = inject(Preferences);
  protected readonly uploads = inject(UploadQueue);
  private readonly notices = inject(Notices);
  private readonly router = inject(Router);
  protected readonly news = inject(AlertNews);
  protected readonly themes = themes;

  constructor() {
    inject(DestroyRef).onDestroy(this.news.watch());
  }

  protected async logout(): Promise<void> {
    try {
      await this.session.logout();
    } catch (error) {
      this.notices.fail('Logging out', error);
    }
  }

  /** Leaving the site would cut an upload: the browser asks first. */
  @HostListener('window:beforeunload', ['$event'])
  protected holdUploads(event: BeforeUnloadEvent): void {
    if (this.uploads.active() > 0) event.preventDefault();
  }

  protected skip(event: Event, main: HTMLElement): void {
    event.preventDefault();
    main.focus();
  }

  protected get here(): string {
    return this.router.url;
  }
}

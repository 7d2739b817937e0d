import { Service, computed, effect, inject, signal, untracked } from '@angular/core';
import { Router } from '@angular/router';
import type { Permission, Session } from '@wirecase/contract';
import { EventStream } from '../api/event-stream.ts';
import { RequestContext } from '../api/http.ts';
import { problemOf } from '../api/problem.ts';
import { SessionApi } from '../api/session-api.ts';

/** Who is logged in. Everything that starts or ends with a session hangs here. */
@Service()
export class SessionStore {
  private readonly api = inject(SessionApi);
  private readonly context = inject(RequestContext);
  private readonly events = inject(EventStream);
  private readonly router = inject(Router);
  private readonly session = signal<Session | null>(null);

  readonly user = computed(() => this.session()?.user ?? null);
  readonly permissions = computed<ReadonlySet<Permission>>(() => new Set(this.session()?.permissions));
  /** Whether the login page was reached because a session ran out. */
  readonly expired = signal(false);

  constructor() {
    effect(() => {
      if (this.context.expirations() > 0) untracked(() => this.expire());
    });
  }

  can(permission: Permission): boolean {
    return this.permissions().has(permission);
  }

  /** Whether someone is logged in; asks the server the first time. Throws when it cannot say. */
  async ensure(): Promise<boolean> {
    if (this.session()) return true;
    try {
      this.begin(await this.api.current());
      return true;
    } catch (error) {
      const { status, code } = problemOf(error);
      if (status === 401 || code === 'setup.required') return false;
      throw error;
    }
  }

  begin(session: Session): void {
    this.context.csrfToken = session.csrfToken;
    this.session.set(session);
    this.expired.set(false);
    this.events.open();
  }

  async logout(): Promise<void> {
    await this.api.logout();
    this.end();
    await this.router.navigateByUrl('/login');
  }

  private expire(): void {
    if (!this.session()) return;
    this.end();
    this.expired.set(true);
    void this.router.navigate(['/login'], { queryParams: { next: this.router.url } });
  }

  private end(): void {
    this.events.close();
    this.context.csrfToken = null;
    this.session.set(null);
  }
}

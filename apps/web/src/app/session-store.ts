import { Service, computed, inject, signal } from '@angular/core';
import { Router } from '@angular/router';
import type { Permission, Session } from '@wirecase/contract';
import { EventStream } from '../api/event-stream.ts';
import { RequestContext } from '../api/http.ts';
import { problemOf } from '../api/problem.ts';
import { SessionApi } from '../api/session-api.ts';
import { LogInAgain } from './log-in-again.ts';

/** Who is logged in. Everything that starts or ends with a session hangs here. */
@Service()
export class SessionStore {
  private readonly api = inject(SessionApi);
  private readonly context = inject(RequestContext);
  private readonly events = inject(EventStream);
  private readonly router = inject(Router);
  private readonly again = inject(LogInAgain);
  private readonly session = signal<Session | null>(null);

  readonly user = computed(() => this.session()?.user ?? null);
  readonly permissions = computed<ReadonlySet<Permission>>(() => new Set(this.session()?.permissions));
  /** Whether the login page was reached because a session ran out. */
  readonly expired = signal(false);

  constructor() {
    this.context.ask = () => this.renew();
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

  /** The page stays as it is while it asks. */
  private async renew(): Promise<boolean> {
    const user = this.user();
    if (!user) return false;
    this.events.close();
    const session = await this.again.ask(user.name);
    if (session) {
      this.begin(session);
      return true;
    }
    this.end();
    this.expired.set(true);
    void this.router.navigate(['/login'], { queryParams: { next: this.router.url } });
    return false;
  }

  private end(): void {
    this.events.close();
    this.context.csrfToken = null;
    this.session.set(null);
  }
}

import { Component, inject, input, signal } from '@angular/core';
import { FormField, form, required, submit } from '@angular/forms/signals';
import { Router, RouterLink } from '@angular/router';
import type { Problem } from '@wirecase/contract';
import { problemOf } from '../api/problem.ts';
import { SessionApi } from '../api/session-api.ts';
import { SessionStore } from '../app/session-store.ts';
import { Brand } from '../ui/brand.ts';
import { ProblemNote } from '../ui/problem-note.ts';

@Component({
  selector: 'app-login',
  imports: [Brand, FormField, ProblemNote, RouterLink],
  templateUrl: './login.html',
  styleUrl: '../app/front-door.css',
})
export class Login {
  private readonly api = inject(SessionApi);
  private readonly router = inject(Router);
  protected readonly session = inject(SessionStore);
  /** Where to go afterwards, a path of ours. */
  readonly next = input<string>();
  protected readonly setupRequired = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  private readonly model = signal({ name: '', password: '' });
  protected readonly form = form(this.model, (path) => {
    required(path.name, { message: 'Enter your name.' });
    required(path.password, { message: 'Enter your password.' });
  });

  constructor() {
    this.api.setupStatus().then(
      (status) => this.setupRequired.set(status.required),
      (error: unknown) => this.problem.set(problemOf(error)),
    );
  }

  protected async send(event: Event): Promise<void> {
    event.preventDefault();
    this.problem.set(null);
    await submit(this.form, async () => {
      try {
        this.session.begin(await this.api.login(this.model()));
        await this.router.navigateByUrl(pathOfOurs(this.next()) ?? '/captures');
      } catch (error) {
        this.problem.set(problemOf(error));
      }
    });
  }
}

/** `next` comes from the address bar: only a path on this site is followed. */
function pathOfOurs(next: string | undefined): string | null {
  return next && /^\/(?![/\\])/.test(next) && !next.startsWith('/login') ? next : null;
}

import { Component, inject, signal } from '@angular/core';
import { FormField, form, minLength, required, submit, validate } from '@angular/forms/signals';
import { Router, RouterLink } from '@angular/router';
import type { Problem } from '@wirecase/contract';
import { problemOf } from '../api/problem.ts';
import { SessionApi } from '../api/session-api.ts';
import { SessionStore } from '../app/session-store.ts';
import { Brand } from '../ui/brand.ts';
import { ProblemNote } from '../ui/problem-note.ts';

/** First run: whoever holds the one-time link makes the first administrator. */
@Component({
  selector: 'app-setup',
  imports: [Brand, FormField, ProblemNote, RouterLink],
  templateUrl: './setup.html',
  styleUrl: '../app/front-door.css',
})
export class Setup {
  private readonly api = inject(SessionApi);
  private readonly session = inject(SessionStore);
  private readonly router = inject(Router);
  /** The token travels in the fragment, which browsers send to nobody. */
  private readonly token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
  protected readonly hasToken = this.token !== '';
  protected readonly done = signal(false);
  protected readonly problem = signal<Problem | null>(null);
  private readonly model = signal({ name: 'admin', password: '', again: '' });
  protected readonly form = form(this.model, (path) => {
    required(path.name, { message: 'Choose a name.' });
    required(path.password, { message: 'Choose a password.' });
    minLength(path.password, 8, { message: 'At least 8 characters; 15 or more are better.' });
    validate(path.again, ({ value, valueOf }) =>
      value() === valueOf(path.password) ? undefined : { kind: 'differs', message: 'The two passwords differ.' },
    );
  });

  constructor() {
    this.api.setupStatus().then(
      (status) => this.done.set(!status.required),
      (error: unknown) => this.problem.set(problemOf(error)),
    );
  }

  protected async send(event: Event): Promise<void> {
    event.preventDefault();
    await submit(this.form, async () => {
      try {
        this.session.begin(await this.api.setup({ token: this.token, name: this.model().name, password: this.model().password }));
        await this.router.navigateByUrl('/captures');
      } catch (error) {
        this.problem.set(problemOf(error));
      }
    });
  }
}

import { Component, inject, signal } from '@angular/core';
import { FormField, form, minLength, required, submit, validate } from '@angular/forms/signals';
import { Router } from '@angular/router';
import type { Problem } from '@wirecase/contract';
import { problemOf } from '../api/problem.ts';
import { SessionApi } from '../api/session-api.ts';
import { Notices } from '../app/notices.ts';
import { Preferences } from '../app/preferences.ts';
import { SessionStore } from '../app/session-store.ts';
import { Instant } from '../ui/instant.ts';
import { ProblemNote } from '../ui/problem-note.ts';

const empty = { current: '', password: '', again: '' };

@Component({
  selector: 'app-account',
  imports: [FormField, Instant, ProblemNote],
  templateUrl: './account.html',
  styleUrl: './section.css',
})
export class Account {
  private readonly api = inject(SessionApi);
  private readonly router = inject(Router);
  private readonly notices = inject(Notices);
  protected readonly session = inject(SessionStore);
  protected readonly preferences = inject(Preferences);
  protected readonly problem = signal<Problem | null>(null);
  private readonly model = signal(empty);
  protected readonly form = form(this.model, (path) => {
    required(path.current, { message: 'Enter your present password.' });
    required(path.password, { message: 'Choose a new password.' });
    minLength(path.password, 8, { message: 'At least 8 characters; 15 or more are better.' });
    validate(path.again, ({ value, valueOf }) =>
      value() === valueOf(path.password) ? undefined : { kind: 'differs', message: 'The two passwords differ.' },
    );
  });

  protected async send(event: Event): Promise<void> {
    event.preventDefault();
    this.problem.set(null);
    await submit(this.form, async () => {
      try {
        const { current, password } = this.model();
        await this.api.changePassword({ currentPassword: current, newPassword: password });
      } catch (error) {
        this.problem.set(problemOf(error));
        return;
      }
      this.form().reset(empty);
      this.notices.say('Your password was changed.');
      // A new password ends sessions; if ours is among them, the next page asks to log in.
      await this.router.navigateByUrl('/settings/account');
    });
  }
}

import { DIALOG_DATA, Dialog, DialogRef } from '@angular/cdk/dialog';
import { Component, Service, inject, signal } from '@angular/core';
import type { Problem, Session } from '@wirecase/contract';
import { firstValueFrom } from 'rxjs';
import { problemOf } from '../api/problem.ts';
import { SessionApi } from '../api/session-api.ts';
import { ProblemNote } from '../ui/problem-note.ts';

/** Asks whoever's session ended for the password, over the page: what was typed there stays. */
@Service()
export class LogInAgain {
  private readonly dialog = inject(Dialog);

  /** The new session of `name`; null when somebody else is to log in. */
  async ask(name: string): Promise<Session | null> {
    const ref = this.dialog.open<Session>(LogInAgainDialog, { data: name, disableClose: true, ariaLabelledBy: 'again-heading' });
    return (await firstValueFrom(ref.closed)) ?? null;
  }
}

@Component({
  selector: 'app-log-in-again-dialog',
  imports: [ProblemNote],
  template: `
    <form class="dialog" novalidate (submit)="send($event, box.value)">
      <h2 id="again-heading">Your session ended</h2>
      <p>Log in again, {{ name }}, and go on where you are: nothing on this page is lost.</p>
      <input type="text" autocomplete="username" [value]="name" hidden />
      <div class="field">
        <label for="again-password">Password</label>
        <input #box id="again-password" type="password" autocomplete="current-password" />
      </div>
      @if (problem(); as problem) {
        <app-problem-note [problem]="problem" />
      }
      <div class="actions">
        <button type="button" class="button" (click)="ref.close()">Leave this page</button>
        <button type="submit" class="button primary" [disabled]="busy()">Log in</button>
      </div>
    </form>
  `,
})
export class LogInAgainDialog {
  private readonly api = inject(SessionApi);
  protected readonly name = inject<string>(DIALOG_DATA);
  protected readonly ref = inject<DialogRef<Session>>(DialogRef);
  protected readonly problem = signal<Problem | null>(null);
  protected readonly busy = signal(false);

  protected async send(event: Event, password: string): Promise<void> {
    event.preventDefault();
    this.busy.set(true);
    this.problem.set(null);
    try {
      this.ref.close(await this.api.login({ name: this.name, password }));
    } catch (error) {
      this.problem.set(problemOf(error));
    } finally {
      this.busy.set(false);
    }
  }
}

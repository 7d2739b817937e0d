import { DIALOG_DATA, Dialog, DialogRef } from '@angular/cdk/dialog';
import { Component, Service, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

const shortest = 8;

/** Asks for a new password for someone else. */
@Service()
export class PasswordPrompt {
  private readonly dialog = inject(Dialog);

  /** `null` when cancelled. */
  async ask(heading: string): Promise<string | null> {
    const ref = this.dialog.open<string>(PasswordDialog, { data: heading, ariaLabelledBy: 'password-heading' });
    return (await firstValueFrom(ref.closed)) ?? null;
  }
}

@Component({
  selector: 'app-password-dialog',
  template: `
    <form class="dialog" novalidate (submit)="send($event, box.value)">
      <h2 id="password-heading">{{ heading }}</h2>
      <div class="field">
        <label for="new-password">New password</label>
        <input #box id="new-password" type="password" autocomplete="new-password" aria-describedby="new-password-hint" />
        <span id="new-password-hint" [class]="wrong() ? 'wrong' : 'hint'">At least 8 characters; 15 or more are better.</span>
      </div>
      <div class="actions">
        <button type="button" class="button" (click)="ref.close()">Cancel</button>
        <button type="submit" class="button primary">Set password</button>
      </div>
    </form>
  `,
})
export class PasswordDialog {
  protected readonly heading = inject<string>(DIALOG_DATA);
  protected readonly ref = inject<DialogRef<string>>(DialogRef);
  protected readonly wrong = signal(false);

  protected send(event: Event, password: string): void {
    event.preventDefault();
    if (password.length < shortest) this.wrong.set(true);
    else this.ref.close(password);
  }
}

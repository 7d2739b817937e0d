import { DIALOG_DATA, Dialog, DialogRef } from '@angular/cdk/dialog';
import { Component, Service, inject } from '@angular/core';
import { firstValueFrom } from 'rxjs';

export interface Question {
  heading: string;
  text: string;
  /** The verb on the button that does it. */
  action: string;
}

/** Asks before something that cannot be undone. */
@Service()
export class Confirm {
  private readonly dialog = inject(Dialog);

  async ask(question: Question): Promise<boolean> {
    const ref = this.dialog.open<boolean>(ConfirmDialog, { data: question, role: 'alertdialog', ariaLabelledBy: 'confirm-heading' });
    return (await firstValueFrom(ref.closed)) === true;
  }
}

@Component({
  selector: 'app-confirm-dialog',
  template: `
    <div class="dialog">
      <h2 id="confirm-heading">{{ question.heading }}</h2>
      <p>{{ question.text }}</p>
      <div class="actions">
        <button type="button" class="button" (click)="ref.close(false)">Cancel</button>
        <button type="button" class="button danger" (click)="ref.close(true)">{{ question.action }}</button>
      </div>
    </div>
  `,
})
export class ConfirmDialog {
  protected readonly question = inject<Question>(DIALOG_DATA);
  protected readonly ref = inject<DialogRef<boolean>>(DialogRef);
}

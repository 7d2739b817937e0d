import { Clipboard } from '@angular/cdk/clipboard';
import { Component, inject, input, signal } from '@angular/core';
import { Icon } from './icon.ts';

const saidForMs = 1500;

/** Copies a text and says so. */
@Component({
  selector: 'app-copy-button',
  imports: [Icon],
  template: `
    <button
      type="button"
      class="button quiet small icon-only"
      [attr.aria-label]="'Copy ' + what()"
      [title]="'Copy ' + what()"
      (click)="copy()"
    >
      <app-icon [name]="copied() ? 'check' : 'copy'" />
    </button>
    <span class="visually-hidden" aria-live="polite">{{ copied() ? 'Copied' : '' }}</span>
  `,
})
export class CopyButton {
  private readonly clipboard = inject(Clipboard);
  readonly text = input.required<string>();
  readonly what = input('value');
  protected readonly copied = signal(false);

  protected copy(): void {
    if (!this.clipboard.copy(this.text())) return;
    this.copied.set(true);
    setTimeout(() => this.copied.set(false), saidForMs);
  }
}

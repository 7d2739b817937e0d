import { Component, computed, effect, inject, input, signal } from '@angular/core';
import { cleanText, type Problem } from '@wirecase/contract';
import { FlowsApi } from '../api/flows-api.ts';
import { problemOf } from '../api/problem.ts';
import { CopyButton } from '../ui/copy-button.ts';
import { Icon } from '../ui/icon.ts';
import { ProblemNote } from '../ui/problem-note.ts';

/** The secret of a credential, shown on demand and until another row is looked at. */
@Component({
  selector: 'app-reveal-secret',
  imports: [CopyButton, Icon, ProblemNote],
  template: `
    @if (secret(); as secret) {
      <code>{{ shown() }}</code>
      <app-copy-button [text]="secret" what="secret" />
      <button type="button" class="button quiet small" (click)="hide()">Hide</button>
    } @else {
      <span aria-label="Secret, hidden">••••••••</span>
      <button type="button" class="button small" [disabled]="isAsking()" (click)="reveal()"><app-icon name="key" />Reveal secret</button>
      <p>Read from the packets; that you did is written to the audit log.</p>
    }
    @if (problem(); as problem) {
      <app-problem-note [problem]="problem" />
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 6px 10px;
      padding: 10px 14px;
      border-bottom: 1px solid var(--line);
    }
    code {
      overflow-wrap: anywhere;
    }
    p {
      flex-basis: 100%;
      margin: 0;
      color: var(--muted);
    }
  `,
})
export class RevealSecret {
  private readonly flows = inject(FlowsApi);
  readonly credentialId = input.required<string>();
  protected readonly secret = signal<string | null>(null);
  /** A password may hold control and bidi characters. */
  protected readonly shown = computed(() => cleanText(this.secret() ?? ''));
  protected readonly problem = signal<Problem | null>(null);
  protected readonly isAsking = signal(false);

  constructor() {
    effect(() => {
      this.credentialId();
      this.hide();
    });
  }

  protected async reveal(): Promise<void> {
    const id = this.credentialId();
    this.isAsking.set(true);
    this.problem.set(null);
    try {
      const { secret } = await this.flows.reveal(id);
      if (id === this.credentialId()) this.secret.set(secret);
    } catch (error) {
      this.problem.set(problemOf(error));
    } finally {
      this.isAsking.set(false);
    }
  }

  protected hide(): void {
    this.secret.set(null);
    this.problem.set(null);
  }
}

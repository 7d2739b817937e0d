import { Component, inject } from '@angular/core';
import { Router } from '@angular/router';
import type { Problem } from '@wirecase/contract';
import { Brand } from '../ui/brand.ts';
import { ProblemNote } from '../ui/problem-note.ts';

/** The server could not even say who is logged in. */
@Component({
  selector: 'app-trouble',
  imports: [Brand, ProblemNote],
  template: `
    <main>
      <app-brand />
      <h1>Wirecase does not answer as it should</h1>
      @if (problem) {
        <app-problem-note [problem]="problem" />
      }
      <button type="button" class="button primary" (click)="reload()">Try again</button>
    </main>
  `,
  styleUrl: './front-door.css',
})
export class Trouble {
  protected readonly problem = inject(Router).currentNavigation()?.extras.state?.['problem'] as Problem | undefined;

  protected reload(): void {
    location.reload();
  }
}

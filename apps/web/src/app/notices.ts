import { Service, inject } from '@angular/core';
import { MatSnackBar } from '@angular/material/snack-bar';
import { problemOf } from '../api/problem.ts';

/** Short news at the foot of the page, read out by screen readers. */
@Service()
export class Notices {
  private readonly snackBar = inject(MatSnackBar);

  say(message: string): void {
    this.snackBar.open(message, undefined, { duration: 4000 });
  }

  fail(doing: string, error: unknown): void {
    const { title, detail } = problemOf(error);
    this.snackBar.open(`${doing} did not work. ${title}${detail ? `: ${detail}` : ''}`, 'Close', { politeness: 'assertive' });
  }
}

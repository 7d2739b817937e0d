import { Component, ElementRef, computed, effect, input, linkedSignal, output, signal, untracked, viewChild } from '@angular/core';
import type { Problem } from '@wirecase/contract';
import { Icon } from './icon.ts';

/** What may be typed at the cursor. `from`..`to` is what a choice replaces. */
export interface Completion {
  from: number;
  to: number;
  items: readonly { text: string; label: string; detail: string }[];
}

/** A piece of the text with how it is coloured. */
export interface QueryToken {
  start: number;
  end: number;
  kind: string;
}

export interface QueryProblem {
  position: number;
  message: string;
}

/** What the bar must know of the language it edits. */
export interface QueryLanguage {
  tokens(text: string): readonly QueryToken[];
  complete(text: string, cursor: number): Completion;
  /** What is wrong with the text, `null` when nothing is. */
  check(text: string): QueryProblem | null;
}

/** What the bar shows of an answer to its query; null: it is about something else. */
export function queryProblemOf(problem: Problem | null): QueryProblem | null {
  if (!problem?.code.startsWith('query.') || problem.position === undefined) return null;
  // The bar says the position itself, counted from one.
  return { position: problem.position, message: (problem.detail || problem.title).replace(/^At \d+: /, '') };
}

const none: Completion = { from: 0, to: 0, items: [] };

/**
 * The query, one line: coloured by the language's own tokens, completed as it is typed, errors underlined where they are. The visible
 * colours are a copy of the text behind a transparent input, so that the input stays an ordinary one.
 */
@Component({
  selector: 'app-query-bar',
  imports: [Icon],
  templateUrl: './query-bar.html',
  styleUrl: './query-bar.css',
})
export class QueryBar {
  readonly value = input.required<string>();
  readonly problem = input<QueryProblem | null>(null);
  readonly language = input.required<QueryLanguage>();
  readonly placeholder = input('');
  readonly run = output<string>();

  private readonly box = viewChild.required<ElementRef<HTMLInputElement>>('box');
  protected readonly text = linkedSignal(() => this.value());
  protected readonly completion = signal<Completion>(none);
  /** Whether completions are wanted, be there any or not. */
  private readonly isSuggesting = signal(false);
  protected readonly chosen = signal(-1);
  protected readonly scrollLeft = signal(0);
  /** The problem belongs to the text that was run; once it is edited, it no longer points anywhere. */
  protected readonly shownProblem = computed(() => (this.text() === this.value() ? this.problem() : null));
  private readonly tokens = computed(() => this.language().tokens(this.text()));
  /** What is underlined: the problem of the text that was run, or one in text that is past the token being typed. */
  private readonly marked = computed(() => {
    if (this.text() === this.value()) return this.problem();
    const found = this.language().check(this.text());
    return found && found.position < (this.tokens().at(-1)?.start ?? 0) ? found : null;
  });
  protected readonly pieces = computed(() => colourPieces(this.text(), this.tokens(), this.marked()));

  constructor() {
    // Whoever types before the language knows its fields gets the completions when it does.
    effect(() => {
      this.language();
      if (untracked(this.isSuggesting)) untracked(() => this.suggest());
    });
  }

  focus(): void {
    this.box().nativeElement.focus();
    this.box().nativeElement.select();
  }

  protected typed(): void {
    this.text.set(this.box().nativeElement.value);
    this.suggest();
  }

  protected suggest(): void {
    const { value, selectionStart } = this.box().nativeElement;
    this.isSuggesting.set(true);
    this.completion.set(this.language().complete(value, selectionStart ?? value.length));
    this.chosen.set(-1);
  }

  protected close(): void {
    this.isSuggesting.set(false);
    this.completion.set(none);
    this.chosen.set(-1);
  }

  protected submit(): void {
    this.close();
    this.run.emit(this.text().trim());
  }

  protected clear(): void {
    this.text.set('');
    this.submit();
    this.box().nativeElement.focus();
  }

  protected take(at: number): void {
    const { from, to, items } = this.completion();
    const item = items[at];
    if (!item) return;
    const text = this.text().slice(0, from) + item.text + this.text().slice(to);
    const box = this.box().nativeElement;
    this.text.set(text);
    // Written at once, so that the cursor can stand behind what was taken.
    box.value = text;
    box.setSelectionRange(from + item.text.length, from + item.text.length);
    box.focus();
    this.suggest();
  }

  protected key(event: KeyboardEvent): void {
    const { items } = this.completion();
    const chosen = this.chosen();
    if (event.key === 'ArrowDown' && items.length === 0) this.suggest();
    else if (event.key === 'ArrowDown') this.chosen.set((chosen + 1) % items.length);
    else if (event.key === 'ArrowUp' && items.length > 0) this.chosen.set((Math.max(chosen, 0) + items.length - 1) % items.length);
    else if (event.key === 'Tab' && items.length > 0 && !event.shiftKey) this.take(Math.max(0, chosen));
    else if (event.key === 'Enter' && chosen >= 0) this.take(chosen);
    else if (event.key === 'Enter') this.submit();
    else if (event.key === 'Escape' && items.length > 0) this.close();
    else if (event.key === 'Escape') this.box().nativeElement.blur();
    else return;
    event.preventDefault();
  }

  protected follow(): void {
    this.scrollLeft.set(this.box().nativeElement.scrollLeft);
  }
}

interface Piece {
  text: string;
  kind: string;
  isWrong: boolean;
}

/** The text cut at token borders, the piece at the problem's position marked (to the end of its token, at least one character). */
export function colourPieces(text: string, tokens: readonly QueryToken[], problem: QueryProblem | null): Piece[] {
  const pieces: Piece[] = [];
  const isWrong = (start: number, end: number) => problem !== null && problem.position >= start && problem.position < end;
  let at = 0;
  const push = (end: number, kind: string) => {
    if (end > at) pieces.push({ text: text.slice(at, end), kind, isWrong: isWrong(at, end) });
    at = Math.max(at, end);
  };
  for (const { start, end, kind } of tokens) {
    push(start, '');
    push(end, kind);
  }
  push(text.length, '');
  if (problem !== null && problem.position >= text.length) pieces.push({ text: ' ', kind: '', isWrong: true });
  return pieces;
}

import { CdkVirtualForOf, CdkVirtualScrollViewport, CdkVirtualScrollableElement, CdkFixedSizeVirtualScroll } from '@angular/cdk/scrolling';
import { NgTemplateOutlet } from '@angular/common';
import {
  Component,
  ElementRef,
  TemplateRef,
  computed,
  contentChild,
  effect,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { Icon } from './icon.ts';

export interface TableColumn {
  key: string;
  label: string;
  /** Pixels; the last column takes what is left. */
  width: number;
  numeric?: boolean;
  /** Explains the column. */
  title?: string;
  sortable?: boolean;
}

/** Where a table is scrolled to, in pixels, and its active cell. */
export interface TablePlace {
  top: number;
  row: number;
  column: number;
}

/** Pixels a row is high. */
export const rowHeight = 24;
/** More rows are asked for when fewer than these are left below the window. */
const rowsAhead = 60;

/**
 * A dense grid that renders only what is in sight. Arrow keys (or j and k) move, Enter opens the row, `+` and `-` do on the cell what a
 * click and its − do. The content is one ng-template that draws a cell: `let-row let-column="column"`.
 */
@Component({
  selector: 'app-virtual-table',
  imports: [CdkFixedSizeVirtualScroll, CdkVirtualForOf, CdkVirtualScrollViewport, CdkVirtualScrollableElement, Icon, NgTemplateOutlet],
  templateUrl: './virtual-table.html',
  styleUrl: './virtual-table.css',
})
export class VirtualTable<Row> {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  readonly label = input.required<string>();
  readonly columns = input.required<readonly TableColumn[]>();
  readonly rows = input.required<readonly Row[]>();
  /** Rows there are in all, loaded or not. */
  readonly total = input.required<number>();
  readonly keyOf = input.required<(row: Row) => string | number>();
  readonly openKey = input<string | number | null>(null);
  /** Column key, `-` before it for descending. */
  readonly sort = input<string>('');
  readonly rowClass = input<(row: Row) => string>(() => '');
  readonly openRow = output<Row>();
  readonly sortBy = output<string>();
  readonly needMore = output();
  /** A key that means nothing here, pressed on a row. */
  readonly otherKey = output<{ key: string; row: Row }>();

  protected readonly cell = contentChild.required<TemplateRef<{ $implicit: Row; column: TableColumn }>>(TemplateRef);
  private readonly viewport = viewChild.required(CdkVirtualScrollViewport);
  private readonly scroller = viewChild.required<ElementRef<HTMLElement>>('scroller');
  protected readonly active = signal({ row: 0, column: 0 });
  /** Kept, because an element that has left the page is scrolled to 0. */
  private top = 0;
  protected readonly template = computed(() => {
    const columns = this.columns();
    return columns.map(({ width }, at) => (at === columns.length - 1 ? `minmax(${width}px, 1fr)` : `${width}px`)).join(' ');
  });
  protected readonly width = computed(() => this.columns().reduce((sum, { width }) => sum + width, 0));
  protected readonly rowHeight = rowHeight;
  protected readonly trackKey = (_index: number, row: Row) => this.keyOf()(row);

  constructor() {
    effect(() => {
      // A shorter list must not leave the active cell behind its end.
      const last = Math.max(0, this.rows().length - 1);
      if (this.active().row > last) this.active.update((active) => ({ ...active, row: last }));
    });
  }

  protected scrolled(): void {
    this.top = this.scroller().nativeElement.scrollTop;
    const end = this.viewport().getRenderedRange().end;
    if (end + rowsAhead >= this.rows().length && this.rows().length < this.total()) this.needMore.emit();
  }

  place(): TablePlace {
    return { top: this.top, ...this.active() };
  }

  show({ top, row, column }: TablePlace): void {
    this.scroller().nativeElement.scrollTop = top;
    this.active.set({ row, column });
  }

  /** To the active cell, from anywhere on the page. */
  enter(): void {
    const { row, column } = this.active();
    this.moveTo(row, column);
  }

  /** Bring a row into sight. */
  reveal(row: number): void {
    const scroller = this.scroller().nativeElement;
    const top = row * rowHeight;
    const seen = scroller.clientHeight - rowHeight;
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (top + rowHeight > scroller.scrollTop + seen) scroller.scrollTop = top + rowHeight - seen;
  }

  protected ariaSort(column: TableColumn): string | null {
    if (!column.sortable) return null;
    if (this.sort() === column.key) return 'ascending';
    return this.sort() === `-${column.key}` ? 'descending' : 'none';
  }

  protected toggleSort(column: TableColumn): void {
    this.sortBy.emit(this.sort() === `-${column.key}` ? column.key : `-${column.key}`);
  }

  protected choose(row: Row, index: number): void {
    this.active.update((active) => ({ ...active, row: index }));
    this.openRow.emit(row);
  }

  protected press(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.target as HTMLElement).closest('[role=gridcell]')) return;
    const { row, column } = this.active();
    const page = Math.max(1, Math.floor(this.scroller().nativeElement.clientHeight / rowHeight) - 2);
    const moves: Record<string, [number, number]> = {
      ArrowDown: [row + 1, column],
      j: [row + 1, column],
      ArrowUp: [row - 1, column],
      k: [row - 1, column],
      ArrowRight: [row, column + 1],
      ArrowLeft: [row, column - 1],
      PageDown: [row + page, column],
      PageUp: [row - page, column],
      Home: [0, column],
      End: [this.rows().length - 1, column],
    };
    const move = moves[event.key];
    if (move) this.moveTo(...move);
    else if (event.key === 'Enter') this.openRow.emit(this.rows()[row]!);
    else if (event.key === '+') this.cellAt(row, column)?.querySelector('a')?.click();
    else if (event.key === '-') this.cellAt(row, column)?.querySelector('button')?.click();
    else if (event.key.length === 1) this.otherKey.emit({ key: event.key, row: this.rows()[row]! });
    else return;
    event.preventDefault();
  }

  private moveTo(row: number, column: number): void {
    const to = { row: clamp(row, this.rows().length), column: clamp(column, this.columns().length) };
    this.active.set(to);
    this.reveal(to.row);
    // The row may have to be rendered first: the viewport does so in the next frame.
    const focus = () => this.cellAt(to.row, to.column)?.focus({ preventScroll: true });
    if (this.cellAt(to.row, to.column)) focus();
    else requestAnimationFrame(() => requestAnimationFrame(focus));
  }

  private cellAt(row: number, column: number): HTMLElement | null {
    return this.host.nativeElement.querySelector(`[data-cell="${row}:${column}"]`);
  }
}

function clamp(value: number, length: number): number {
  return Math.max(0, Math.min(length - 1, value));
}

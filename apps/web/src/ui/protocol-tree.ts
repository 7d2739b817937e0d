import { Component, ElementRef, computed, effect, inject, input, output, signal, untracked } from '@angular/core';
import type { TreeNode } from '@wirecase/contract';
import { Icon } from './icon.ts';
import { ancestorsOf, visibleNodes } from './linking.ts';

/** The protocol tree of a packet. Arrow keys walk it, left and right close and open; the node pointed at or chosen is told. */
@Component({
  selector: 'app-protocol-tree',
  imports: [Icon],
  template: `
    <div role="tree" aria-label="Protocol tree" (keydown)="key($event)" (mouseleave)="hover.emit(null)">
      @for (placed of nodes(); track placed.path) {
        <div
          role="treeitem"
          [attr.data-path]="placed.path"
          [attr.aria-level]="placed.depth + 1"
          [attr.aria-expanded]="placed.node.children.length ? isOpen(placed.path) : null"
          [attr.aria-selected]="placed.path === selected()"
          [attr.tabindex]="placed.path === (selected() ?? '0') ? 0 : -1"
          [class.layer]="placed.depth === 0"
          [class.hovered]="placed.path === hovered()"
          [title]="placed.node.name"
          [style.padding-left.px]="8 + placed.depth * 16"
          (mouseenter)="hover.emit(placed.path)"
          (click)="choose(placed.path)"
          (dblclick)="toggle(placed.path)"
        >
          @if (placed.node.children.length) {
            <button type="button" tabindex="-1" aria-hidden="true" (click)="toggle(placed.path); $event.stopPropagation()">
              <app-icon [name]="isOpen(placed.path) ? 'chevronDown' : 'chevronRight'" />
            </button>
          }
          <span>{{ placed.node.label }}</span>
        </div>
      }
    </div>
  `,
  styleUrl: './protocol-tree.css',
})
export class ProtocolTree {
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  readonly tree = input.required<readonly TreeNode[]>();
  /** Paths as in `linking.ts`. */
  readonly selected = input<string | null>(null);
  readonly hovered = input<string | null>(null);
  readonly select = output<string>();
  readonly hover = output<string | null>();

  /** Opened by name, so that the next packet opens the same layers. */
  private readonly openNames = signal<ReadonlySet<string>>(new Set());
  private readonly openPaths = computed(() => {
    const open = new Set<string>();
    const names = this.openNames();
    for (const { node, path } of visibleNodes(this.tree(), () => true)) if (names.has(node.name)) open.add(path);
    for (const ancestor of ancestorsOf(this.selected() ?? '')) open.add(ancestor);
    return open;
  });
  protected readonly nodes = computed(() => visibleNodes(this.tree(), (path) => this.openPaths().has(path)));

  constructor() {
    effect(() => {
      const selected = this.selected();
      untracked(() => selected && requestAnimationFrame(() => this.itemAt(selected)?.scrollIntoView({ block: 'nearest' })));
    });
  }

  protected isOpen(path: string): boolean {
    return this.openPaths().has(path);
  }

  protected choose(path: string): void {
    // What was opened only because the selection lay below it stays open.
    this.keepOpen(ancestorsOf(this.selected() ?? ''));
    this.select.emit(path);
  }

  protected toggle(path: string): void {
    const name = this.nodes().find((placed) => placed.path === path)?.node.name;
    if (name === undefined) return;
    const isOpen = this.isOpen(path);
    if (isOpen && this.selected()?.startsWith(`${path}.`)) this.select.emit(path);
    this.openNames.update((names) => {
      const next = new Set(names);
      if (isOpen) next.delete(name);
      else next.add(name);
      return next;
    });
  }

  protected key(event: KeyboardEvent): void {
    const nodes = this.nodes();
    const at = Math.max(
      0,
      nodes.findIndex(({ path }) => path === this.selected()),
    );
    const { path, node } = nodes[at]!;
    const hasChildren = node.children.length > 0;
    if (event.key === 'ArrowDown') this.moveTo(nodes[at + 1]?.path);
    else if (event.key === 'ArrowUp') this.moveTo(nodes[at - 1]?.path);
    else if (event.key === 'Home') this.moveTo(nodes[0]?.path);
    else if (event.key === 'End') this.moveTo(nodes.at(-1)?.path);
    else if (event.key === 'ArrowRight' && hasChildren && !this.isOpen(path)) this.toggle(path);
    else if (event.key === 'ArrowRight' && hasChildren) this.moveTo(`${path}.0`);
    else if (event.key === 'ArrowLeft' && hasChildren && this.isOpen(path)) this.toggle(path);
    else if (event.key === 'ArrowLeft') this.moveTo(ancestorsOf(path).at(-1));
    else if (event.key === 'Enter' || event.key === ' ') this.toggle(path);
    else return;
    event.preventDefault();
  }

  private moveTo(path: string | undefined): void {
    if (path === undefined) return;
    this.choose(path);
    requestAnimationFrame(() => this.itemAt(path)?.focus());
  }

  private keepOpen(paths: readonly string[]): void {
    const placed = new Map(this.nodes().map(({ path, node }) => [path, node.name]));
    this.openNames.update((names) => new Set([...names, ...paths.flatMap((path) => placed.get(path) ?? [])]));
  }

  private itemAt(path: string): HTMLElement | null {
    return this.host.nativeElement.querySelector(`[data-path="${path}"]`);
  }
}

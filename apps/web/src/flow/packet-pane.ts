import { Component, computed, effect, inject, input, resource, signal } from '@angular/core';
import type { TreeNode } from '@wirecase/contract';
import { FlowsApi } from '../api/flows-api.ts';
import { problemOf } from '../api/problem.ts';
import { formatBytes } from '../format/quantity.ts';
import { HexView } from '../ui/hex-view.ts';
import { type ByteRange, bytesOf, nodeAt, pathOfByte } from '../ui/linking.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { ProtocolTree } from '../ui/protocol-tree.ts';

/** One packet: its protocol tree and its bytes, each pointing into the other. */
@Component({
  selector: 'app-packet-pane',
  imports: [HexView, ProblemNote, ProtocolTree],
  template: `
    @if (problem(); as problem) {
      <app-problem-note [problem]="problem" [canRetry]="true" (retry)="packet.reload()" />
    } @else if (shown(); as shown) {
      @for (warning of shown.warnings; track $index) {
        <p class="warning" role="status">{{ warning }}</p>
      }
      @if (shown.tree; as tree) {
        <app-protocol-tree
          [tree]="tree"
          [selected]="selectedPath()"
          [hovered]="hoveredPath()"
          (select)="choose($event)"
          (hover)="hoveredPath.set($event)"
        />
      }
      @if (sources().length > 1) {
        <div class="sources" role="group" aria-label="Bytes of">
          @for (each of sources(); track $index) {
            <button type="button" class="button quiet small" [attr.aria-pressed]="$index === source()" (click)="show($index)">
              {{ each.name }} <span class="soft">{{ each.size }}</span>
            </button>
          }
        </div>
      }
      <div class="path mono" aria-live="polite">
        @if (selectedNode(); as node) {
          <strong>{{ node.name }}</strong>
          {{ placeOf(node) }}
        } @else {
          Packet {{ shown.number }}: {{ size() }}
        }
      </div>
      <app-hex-view
        [bytes]="bytes()"
        [hovered]="hoveredBytes()"
        [selected]="selectedBytes()"
        (hover)="hoverByte($event)"
        (select)="selectByte($event)"
      />
    } @else {
      <p class="waiting" role="status">{{ number() === null ? 'Choose a packet.' : 'Dissecting packet ' + number() + ' …' }}</p>
    }
  `,
  styleUrl: './packet-pane.css',
})
export class PacketPane {
  private readonly api = inject(FlowsApi);
  readonly captureId = input.required<string>();
  readonly number = input.required<number | null>();
  /** The flow that it is looked at in; null: it is looked at alone. */
  readonly flow = input<string | null>(null);

  protected readonly packet = resource({
    params: () => {
      const number = this.number();
      return number === null ? undefined : { captureId: this.captureId(), number, flow: this.flow() };
    },
    loader: ({ params }) => this.api.packet(params.captureId, params.number, params.flow),
  });
  protected readonly problem = computed(() => (this.packet.error() ? problemOf(this.packet.error()) : null));
  /** The last packet that came, kept while the next is being dissected. */
  protected readonly shown = signal<Awaited<ReturnType<FlowsApi['packet']>> | null>(null);
  /** Those of the packet, and what tshark put together, decrypted or unpacked; a node says in which it is. */
  protected readonly sources = computed<{ name: string; size: string; bytes: Uint8Array }[]>(() => {
    const shown = this.shown();
    if (!shown) return [];
    const others = shown.sources.map(({ name, length, bytes: base64 }) => sourceOf(name, length, base64));
    return [sourceOf('Packet', shown.capturedLength, shown.bytes), ...others];
  });
  /** Which of them is shown. */
  protected readonly source = signal(0);
  protected readonly bytes = computed(() => this.sources()[this.source()]?.bytes ?? new Uint8Array(0));
  private readonly tree = computed(() => this.shown()?.tree ?? []);
  protected readonly selectedPath = signal<string | null>(null);
  protected readonly hoveredPath = signal<string | null>(null);
  /** A byte that no node claims, or any byte when there is no tree. */
  private readonly looseByte = signal<number | null>(null);
  protected readonly selectedNode = computed(() => nodeAt(this.tree(), this.selectedPath()));
  protected readonly selectedBytes = computed(() => {
    const byte = this.looseByte();
    return byte === null ? this.shownBytesOf(this.selectedPath()) : { offset: byte, length: 1 };
  });
  protected readonly hoveredBytes = computed(() => this.shownBytesOf(this.hoveredPath()));
  protected readonly size = computed(() => {
    const { length = 0, capturedLength = 0 } = this.shown() ?? {};
    return capturedLength < length ? `${formatBytes(capturedLength)} captured of ${formatBytes(length)}` : formatBytes(length);
  });

  constructor() {
    effect(() => {
      if (!this.packet.hasValue()) return;
      this.shown.set(this.packet.value());
      this.source.set(0);
      this.selectedPath.set(null);
      this.hoveredPath.set(null);
      this.looseByte.set(null);
    });
  }

  protected choose(path: string): void {
    this.looseByte.set(null);
    this.selectedPath.set(path);
    const range = bytesOf(nodeAt(this.tree(), path));
    if (range) this.source.set(range.source);
  }

  protected show(source: number): void {
    this.looseByte.set(null);
    this.source.set(source);
  }

  protected hoverByte(byte: number | null): void {
    this.hoveredPath.set(byte === null ? null : pathOfByte(this.tree(), this.source(), byte));
  }

  protected selectByte(byte: number): void {
    const path = pathOfByte(this.tree(), this.source(), byte);
    this.looseByte.set(path === null ? byte : null);
    this.selectedPath.set(path);
  }

  protected placeOf(node: TreeNode): string {
    const range = bytesOf(node);
    if (!range) return 'no bytes of its own';
    const place = `bytes ${range.offset}–${range.offset + range.length - 1}`;
    return range.source === 0 ? place : `${place} of ${this.sources()[range.source]?.name}`;
  }

  /** Bytes of a node, if they are of those that are shown. */
  private shownBytesOf(path: string | null): ByteRange | null {
    const range = bytesOf(nodeAt(this.tree(), path));
    return range?.source === this.source() ? range : null;
  }
}

function sourceOf(name: string, length: number, base64: string): { name: string; size: string; bytes: Uint8Array } {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const size = bytes.length < length ? `${formatBytes(bytes.length)} of ${formatBytes(length)}` : formatBytes(length);
  return { name, size, bytes };
}

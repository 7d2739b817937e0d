import { Component, computed, effect, inject, input, resource, signal } from '@angular/core';
import { FlowsApi } from '../api/flows-api.ts';
import { problemOf } from '../api/problem.ts';
import { formatBytes } from '../format/quantity.ts';
import { HexView } from '../ui/hex-view.ts';
import { bytesOf, nodeAt, pathOfByte } from '../ui/linking.ts';
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
          (select)="selectedPath.set($event)"
          (hover)="hoveredPath.set($event)"
        />
      }
      <div class="path mono" aria-live="polite">
        @if (selectedNode(); as node) {
          <strong>{{ node.name }}</strong>
          {{ node.length > 0 && node.offset >= 0 ? 'bytes ' + node.offset + '–' + (node.offset + node.length - 1) : 'no bytes of its own' }}
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

  protected readonly packet = resource({
    params: () => {
      const number = this.number();
      return number === null ? undefined : { captureId: this.captureId(), number };
    },
    loader: ({ params }) => this.api.packet(params.captureId, params.number),
  });
  protected readonly problem = computed(() => (this.packet.error() ? problemOf(this.packet.error()) : null));
  /** The last packet that came, kept while the next is being dissected. */
  protected readonly shown = signal<Awaited<ReturnType<FlowsApi['packet']>> | null>(null);
  protected readonly bytes = computed(() => Uint8Array.from(atob(this.shown()?.bytes ?? ''), (character) => character.charCodeAt(0)));
  private readonly tree = computed(() => this.shown()?.tree ?? []);
  protected readonly selectedPath = signal<string | null>(null);
  protected readonly hoveredPath = signal<string | null>(null);
  /** A byte that no node claims, or any byte when there is no tree. */
  private readonly looseByte = signal<number | null>(null);
  protected readonly selectedNode = computed(() => nodeAt(this.tree(), this.selectedPath()));
  protected readonly selectedBytes = computed(() => {
    const byte = this.looseByte();
    return bytesOf(this.selectedNode()) ?? (byte === null ? null : { offset: byte, length: 1 });
  });
  protected readonly hoveredBytes = computed(() => bytesOf(nodeAt(this.tree(), this.hoveredPath())));
  protected readonly size = computed(() => {
    const { length = 0, capturedLength = 0 } = this.shown() ?? {};
    return capturedLength < length ? `${formatBytes(capturedLength)} captured of ${formatBytes(length)}` : formatBytes(length);
  });

  constructor() {
    effect(() => {
      if (!this.packet.hasValue()) return;
      this.shown.set(this.packet.value());
      this.selectedPath.set(null);
      this.hoveredPath.set(null);
      this.looseByte.set(null);
    });
  }

  protected hoverByte(byte: number | null): void {
    this.hoveredPath.set(byte === null ? null : pathOfByte(this.tree(), byte));
  }

  protected selectByte(byte: number): void {
    const path = pathOfByte(this.tree(), byte);
    this.looseByte.set(path === null ? byte : null);
    this.selectedPath.set(path);
  }
}

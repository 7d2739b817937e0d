import {
  Component,
  ElementRef,
  afterRenderEffect,
  computed,
  effect,
  inject,
  input,
  output,
  signal,
  untracked,
  viewChildren,
} from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { streamSides, type StreamSide } from '@wirecase/contract';
import { FlowsApi } from '../api/flows-api.ts';
import { Preferences } from '../app/preferences.ts';
import { formatBytes } from '../format/quantity.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { Icon } from '../ui/icon.ts';
import { Instant } from '../ui/instant.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { mark } from './mark-found.ts';
import { Said } from './said.ts';
import { bodyOf, find, formOf, mostFound, type StreamForm } from './turns.ts';

const sideNames: Record<StreamSide, string> = { both: 'Both sides', client: 'Client', server: 'Server' };
const sideWords: Record<StreamSide, string> = {
  both: 'What both said, in order',
  client: 'Only what the source said, who began the flow',
  server: 'Only what the destination said',
};

/** What both sides of a flow said, in order: as text or hexadecimal, one side or both, with the packets that brought it. */
@Component({
  selector: 'app-stream-view',
  imports: [EmptyState, Icon, Instant, ProblemNote],
  providers: [Said],
  templateUrl: './stream-view.html',
  styleUrl: './stream-view.css',
})
export class StreamView {
  private readonly api = inject(FlowsApi);
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute);
  protected readonly said = inject(Said);
  protected readonly preferences = inject(Preferences);
  readonly flowId = input.required<string>();
  /** As the address has them. */
  readonly sideAsked = input<string>();
  readonly formAsked = input<string>();
  /** The packet that is chosen in the list. */
  readonly packet = input<number | null>(null);
  /** The packet whose words somebody wants to see; a new object each time. */
  readonly sought = input<{ packet: number } | null>(null);
  readonly openPacket = output<number>();

  protected readonly sides = streamSides;
  protected readonly forms: readonly StreamForm[] = ['text', 'hex'];
  protected readonly sideNames = sideNames;
  protected readonly sideWords = sideWords;
  protected readonly side = computed(() => this.sides.find((side) => side === this.sideAsked()) ?? 'both');
  protected readonly form = computed(() => this.forms.find((form) => form === this.formAsked()) ?? formOf(this.said.turns()));
  protected readonly turns = computed(() => {
    const form = this.form();
    return this.said.turns().map((turn) => ({ ...turn, body: bodyOf(turn, form) }));
  });
  protected readonly needle = signal('');
  protected readonly found = computed(() => find(this.said.turns(), this.form(), this.needle()));
  protected readonly current = signal(0);
  protected readonly foundWords = computed(() => {
    const count = this.found().length;
    if (this.needle() === '') return '';
    if (count === 0) return this.said.isWhole() ? 'Not found' : 'Not in what is loaded';
    return `${this.current() + 1} of ${count === mostFound ? `the first ${count}` : count}`;
  });
  protected readonly notice = signal('');
  protected readonly size = formatBytes;
  private readonly elements = viewChildren<ElementRef<HTMLElement>>('turn');

  constructor() {
    effect(() => {
      const [id, side] = [this.flowId(), this.side()];
      untracked(() => void this.said.open(id, side));
    });
    effect(() => {
      const sought = this.sought();
      untracked(() => sought && void this.show(sought.packet));
    });
    const elements = computed(() => this.elements().map(({ nativeElement }) => nativeElement));
    afterRenderEffect(() => mark(elements(), this.found(), this.current()));
  }

  protected isCurrent({ packet, lastPacket }: { packet: number; lastPacket: number }): boolean {
    const chosen = this.packet();
    return chosen !== null && chosen >= packet && chosen <= lastPacket;
  }

  protected look(needle: string): void {
    this.needle.set(needle);
    this.current.set(0);
    this.reveal(this.found()[0]?.turn ?? -1);
  }

  /** To the next place found (1) or the one before (-1). */
  protected step(by: number): void {
    const count = this.found().length;
    if (count === 0) return;
    this.current.update((at) => (at + by + count) % count);
    this.reveal(this.found()[this.current()]!.turn);
  }

  protected choose(queryParams: { side?: StreamSide; form?: StreamForm }): void {
    void this.router.navigate([], { relativeTo: this.route, queryParams, queryParamsHandling: 'merge', replaceUrl: true });
  }

  protected downloadUrl(side: StreamSide, format: 'raw' | 'text' | 'hex'): string {
    return this.api.streamUrl(this.flowId(), side, format);
  }

  private async show(packet: number): Promise<void> {
    const at = await this.said.seek(packet);
    const turn = this.said.turns()[at];
    if (!turn) this.notice.set(`Nothing is said in packet ${packet} or after it, as far as is loaded.`);
    else this.notice.set(turn.packet > packet ? `Packet ${packet} says nothing itself; this is what comes next.` : '');
    // The elements of what was loaded just now are there in the next frame.
    requestAnimationFrame(() => this.reveal(at));
  }

  private reveal(turn: number): void {
    this.elements()[turn]?.nativeElement.scrollIntoView({ block: 'nearest' });
  }
}

import { Service, computed, effect, inject, signal, untracked } from '@angular/core';
import { EventStream } from '../api/event-stream.ts';
import { RequestContext } from '../api/http.ts';
import { type RunningUpload, type UploadFailure, startUpload } from '../api/upload.ts';
import { LiveCaptures } from './live-captures.ts';

export interface UploadItem {
  readonly id: number;
  readonly name: string;
  readonly totalBytes: number;
  readonly sentBytes: number;
  readonly state: 'waiting' | 'sending' | 'paused' | 'failed' | 'done';
  readonly message: string;
  /** Why it failed. */
  readonly failure: UploadFailure | null;
  /** What it became; of an archive with several captures more than one. */
  readonly captureIds: readonly string[];
}

const atOnce = 2;

/** Nothing more can come of it: it was received, or refused for what it is. */
export const hasEnded = ({ state, failure }: UploadItem) => state === 'done' || failure === 'refused';

/** Files on their way to the server. Lives as long as the page, so that one may look around while it sends. */
@Service()
export class UploadQueue {
  private readonly captures = inject(LiveCaptures);
  private readonly context = inject(RequestContext);
  readonly items = signal<readonly UploadItem[]>([]);
  readonly active = computed(() => this.items().filter(({ state }) => state === 'sending' || state === 'waiting').length);
  private readonly files = new Map<number, File>();
  private readonly running = new Map<number, RunningUpload>();
  private lastId = 0;

  constructor() {
    const events = inject(EventStream);
    effect(() => {
      // The server can be reached again: what was cut goes on.
      if (events.connections() > 0) untracked(() => this.resumeCut());
    });
    // A browser that was off the net does not try again by itself, and may not have missed the events.
    addEventListener('online', () => this.resumeCut());
  }

  add(files: readonly File[]): void {
    for (const file of files) {
      const id = ++this.lastId;
      this.files.set(id, file);
      const item: UploadItem = {
        id,
        name: file.name,
        totalBytes: file.size,
        sentBytes: 0,
        state: 'waiting',
        message: '',
        failure: null,
        captureIds: [],
      };
      this.items.update((items) => [...items, item]);
    }
    this.startNext();
  }

  async pause(id: number): Promise<void> {
    await this.running.get(id)?.pause();
    this.change(id, { state: 'paused' });
    this.startNext();
  }

  resume(id: number): void {
    const running = this.running.get(id);
    this.change(id, { state: running ? 'sending' : 'waiting', message: '', failure: null });
    if (running) running.resume();
    else this.startNext();
  }

  private resumeCut(): void {
    for (const { id, failure } of this.items()) if (failure === 'cut') this.resume(id);
  }

  /** Give up one that is under way, or clear a finished one from the list. */
  async remove(id: number): Promise<void> {
    const unfinished = this.items().some((item) => item.id === id && item.state !== 'done');
    const running = this.running.get(id);
    this.forget(id);
    if (unfinished) await running?.cancel();
    this.startNext();
  }

  clearEnded(): void {
    for (const { id } of this.items().filter(hasEnded)) this.forget(id);
  }

  private startNext(): void {
    const sending = this.items().filter(({ state }) => state === 'sending').length;
    const waiting = this.items().filter(({ state }) => state === 'waiting');
    for (const { id } of waiting.slice(0, Math.max(0, atOnce - sending))) void this.start(id);
  }

  private async start(id: number): Promise<void> {
    const file = this.files.get(id);
    if (!file) return;
    this.change(id, { state: 'sending' });
    const upload = await startUpload(file, () => this.context.changeHeaders, {
      progress: (sentBytes) => this.change(id, { sentBytes }),
      done: (captureIds) => this.finish(id, captureIds),
      failed: (message, failure) => {
        this.change(id, { state: 'failed', message, failure });
        this.startNext();
      },
    });
    const now = this.items().find((item) => item.id === id)?.state;
    if (now === undefined) return upload.cancel(); // removed meanwhile
    this.running.set(id, upload);
    if (now === 'paused') await upload.pause();
  }

  private finish(id: number, captureIds: readonly string[]): void {
    this.change(id, { state: 'done', sentBytes: this.files.get(id)?.size ?? 0, captureIds });
    this.files.delete(id);
    this.running.delete(id);
    void this.captures.refresh();
    this.startNext();
  }

  private forget(id: number): void {
    this.items.update((items) => items.filter((item) => item.id !== id));
    this.files.delete(id);
    this.running.delete(id);
  }

  private change(id: number, change: Partial<UploadItem>): void {
    this.items.update((items) => items.map((item) => (item.id === id ? { ...item, ...change } : item)));
  }
}

import { CdkMenu, CdkMenuItem, CdkMenuTrigger } from '@angular/cdk/menu';
import { Component, computed, DestroyRef, effect, inject, untracked } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { captureOrigins, captureStates, type Capture, type CaptureFilter } from '@wirecase/contract';
import { LiveCaptures } from '../app/live-captures.ts';
import { Notices } from '../app/notices.ts';
import { Preferences } from '../app/preferences.ts';
import { SessionStore } from '../app/session-store.ts';
import { UploadQueue } from '../app/upload-queue.ts';
import { formatBytes, formatCount, formatDuration, formatMany } from '../format/quantity.ts';
import { formatAgo, toNs } from '../format/time.ts';
import { DropZone } from '../ui/drop-zone.ts';
import { EmptyState } from '../ui/empty-state.ts';
import { Icon } from '../ui/icon.ts';
import { Instant } from '../ui/instant.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { Progress } from '../ui/progress.ts';
import { CaptureActions } from './capture-actions.ts';
import { hasFailed, isUnderWay, originWords, progressOf, stateWords } from './capture-words.ts';
import { UploadList } from './upload-list.ts';

/** Every capture there is, what became of it, and the way to add more. Which of them are listed stands in the address. */
@Component({
  selector: 'app-captures',
  imports: [CdkMenu, CdkMenuItem, CdkMenuTrigger, DropZone, EmptyState, Icon, Instant, ProblemNote, Progress, RouterLink, UploadList],
  templateUrl: './captures.html',
  styleUrl: './captures.css',
})
export class Captures {
  protected readonly captures = inject(LiveCaptures);
  protected readonly uploads = inject(UploadQueue);
  protected readonly session = inject(SessionStore);
  protected readonly preferences = inject(Preferences);
  protected readonly actions = inject(CaptureActions);
  private readonly notices = inject(Notices);
  private readonly router = inject(Router);
  private readonly parameters = toSignal(inject(ActivatedRoute).queryParamMap, { requireSync: true });
  protected readonly filter = computed((): CaptureFilter => {
    const given = this.parameters();
    return {
      origin: captureOrigins.find((each) => each === given.get('origin')),
      state: captureStates.find((each) => each === given.get('state')),
      name: given.get('name') ?? undefined,
    };
  });
  protected readonly isFiltered = computed(() => Object.values(this.filter()).some(Boolean));
  protected readonly hasNone = computed(() => this.captures.loaded() && this.captures.list().length === 0 && !this.captures.problem());
  protected readonly isEmpty = computed(() => this.hasNone() && !this.isFiltered());
  protected readonly summary = computed(() => {
    const list = this.captures.list();
    const sum = (value: (capture: Capture) => number | null) => list.reduce((total, capture) => total + (value(capture) ?? 0), 0);
    const of = `${formatBytes(sum(({ size }) => size))}, ${formatMany(
      sum(({ flows }) => flows),
      'flow',
    )}`;
    if (this.captures.nextCursor() === null) return `${formatMany(list.length, 'capture')}, ${of}`;
    return `${formatMany(this.captures.total(), 'capture')}; the ${formatCount(list.length)} shown: ${of}`;
  });

  protected readonly bytes = formatBytes;
  protected readonly count = formatCount;
  protected readonly ago = formatAgo;
  protected readonly stateWords = stateWords;
  protected readonly originWords = originWords;
  protected readonly isUnderWay = isUnderWay;
  protected readonly hasFailed = hasFailed;
  protected readonly progressOf = progressOf;
  protected readonly origins = captureOrigins;
  protected readonly states = captureStates;

  constructor() {
    this.captures.watch();
    effect(() => {
      const filter = this.filter();
      untracked(() => void this.captures.show(filter));
    });
    // Other pages choose from all of them.
    inject(DestroyRef).onDestroy(() => void this.captures.show({}));
  }

  protected change(parameters: Record<string, string | null>): void {
    void this.router.navigate([], { queryParams: parameters, queryParamsHandling: 'merge' });
  }

  protected span(capture: Capture): string {
    if (capture.firstTime === null || capture.lastTime === null) return '';
    return formatDuration(Number(toNs(capture.lastTime) - toNs(capture.firstTime)));
  }

  protected percent(capture: Capture): string {
    const progress = progressOf(capture);
    return progress === null ? '' : `${Math.floor(progress * 100)} %`;
  }

  protected async loadMore(): Promise<void> {
    try {
      await this.captures.loadMore();
    } catch (error) {
      this.notices.fail('Loading more', error);
    }
  }
}

import { Component, computed, inject, input, linkedSignal, resource } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { CapturesApi } from '../api/captures-api.ts';
import { problemOf } from '../api/problem.ts';
import { LiveCaptures } from '../app/live-captures.ts';
import { Preferences } from '../app/preferences.ts';
import { SessionStore } from '../app/session-store.ts';
import { formatBytes, formatCount, formatDuration, formatMany } from '../format/quantity.ts';
import { formatAgo, toNs } from '../format/time.ts';
import { MatchLink } from '../indicators/match-link.ts';
import { CopyButton } from '../ui/copy-button.ts';
import { Icon } from '../ui/icon.ts';
import { Instant } from '../ui/instant.ts';
import { ProblemNote } from '../ui/problem-note.ts';
import { Progress } from '../ui/progress.ts';
import { ShareBars } from '../ui/share-bars.ts';
import { CaptureActions } from './capture-actions.ts';
import { CaptureHolds } from './capture-holds.ts';
import { CaptureKeyLog } from './capture-key-log.ts';
import { CaptureQualityPanel } from './capture-quality.ts';
import { hasFailed, isUnderWay, originWords, progressOf, stateWords } from './capture-words.ts';

/** One capture: what it is, what was found in it and what could not be read. */
@Component({
  selector: 'app-capture',
  imports: [
    CaptureHolds,
    CaptureKeyLog,
    CaptureQualityPanel,
    CopyButton,
    Icon,
    Instant,
    MatchLink,
    ProblemNote,
    Progress,
    RouterLink,
    ShareBars,
  ],
  templateUrl: './capture.html',
  styleUrl: './capture.css',
})
export class CapturePage {
  private readonly api = inject(CapturesApi);
  private readonly captures = inject(LiveCaptures);
  private readonly router = inject(Router);
  protected readonly session = inject(SessionStore);
  protected readonly preferences = inject(Preferences);
  protected readonly actions = inject(CaptureActions);
  readonly id = input.required<string>();

  private readonly asked = resource({ params: () => this.id(), loader: ({ params }) => this.api.get(params) });
  /** As answered, then as the events say. */
  protected readonly capture = computed(() => {
    const live = this.captures.list().find(({ id }) => id === this.id());
    return live ?? (this.asked.hasValue() ? this.asked.value() : null);
  });
  protected readonly problem = linkedSignal(() => (this.asked.error() ? problemOf(this.asked.error()) : null));
  protected readonly span = computed(() => {
    const capture = this.capture();
    if (!capture?.firstTime || !capture.lastTime) return null;
    return formatDuration(Number(toNs(capture.lastTime) - toNs(capture.firstTime)));
  });
  protected readonly buckets = computed(() => sharesOf(this.capture()?.nonFlow));
  protected readonly weirds = computed(() => sharesOf(this.capture()?.weirds));
  protected readonly hasInterfaceWords = computed(() => {
    const interfaces = this.capture()?.interfaces ?? [];
    return interfaces.length > 1 || interfaces.some(({ name, description, filter }) => (name || description || filter) !== '');
  });
  protected readonly saysMore = computed(() => {
    const said = this.capture()?.said;
    return said !== undefined && (said.comments.length > 0 || said.names + said.secrets + said.skippedBlocks > 0);
  });
  protected readonly inFlows = computed(() => {
    const capture = this.capture();
    return capture?.packets == null ? null : capture.packets - this.buckets().reduce((sum, { count }) => sum + count, 0);
  });

  protected readonly bytes = formatBytes;
  protected readonly count = formatCount;
  protected readonly many = formatMany;
  protected readonly ago = formatAgo;
  protected readonly stateWords = stateWords;
  protected readonly originWords = originWords;
  protected readonly isUnderWay = isUnderWay;
  protected readonly hasFailed = hasFailed;
  protected readonly progressOf = progressOf;

  constructor() {
    this.captures.watch();
  }

  protected async remove(): Promise<void> {
    const capture = this.capture();
    if (capture && (await this.actions.remove(capture))) await this.router.navigateByUrl('/captures');
  }
}

function sharesOf(counts: Record<string, number> | undefined) {
  return Object.entries(counts ?? {})
    .map(([name, count]) => ({ name, count }))
    .toSorted((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}

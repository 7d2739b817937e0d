import { Component, computed, input, output } from '@angular/core';
import { type UploadItem, hasEnded } from '../app/upload-queue.ts';
import { RouterLink } from '@angular/router';
import { formatBytes, formatCount, formatMany } from '../format/quantity.ts';
import { Icon } from '../ui/icon.ts';
import { IconButton } from '../ui/icon-button.ts';
import { Progress } from '../ui/progress.ts';

/** Files on their way to the server. */
@Component({
  selector: 'app-upload-list',
  imports: [Icon, IconButton, Progress, RouterLink],
  template: `
    @if (items().length) {
      <section class="panel" aria-label="Uploads">
        @if (ended() > 1) {
          <header>
            <span>{{ summary() }}</span>
            <span class="spacer"></span>
            <button type="button" class="button quiet small" (click)="clear.emit()">Clear what has ended</button>
          </header>
        }
        @for (item of ordered(); track item.id) {
          <div class="item" [attr.data-upload]="item.name" [attr.data-state]="item.state">
            <span class="name" [title]="item.name">{{ item.name }}</span>
            <app-progress
              [value]="item.totalBytes ? item.sentBytes / item.totalBytes : 0"
              [class.wrong]="item.failure === 'refused'"
              [label]="'Upload of ' + item.name"
            />
            <span class="said" role="status">
              @switch (item.state) {
                @case ('done') {
                  @if (item.captureIds.length > 1) {
                    Received: {{ many(item.captureIds.length, 'capture') }}, each by its name below.
                  } @else {
                    Received.
                    @if (item.captureIds[0]; as id) {
                      <a [routerLink]="['/captures', id]">Details</a>
                    }
                  }
                }
                @case ('failed') {
                  <span class="wrong">{{ item.message }}</span>
                }
                @case ('paused') {
                  Paused at {{ bytes(item.sentBytes) }} of {{ bytes(item.totalBytes) }}
                }
                @case ('waiting') {
                  Waiting
                }
                @default {
                  {{ bytes(item.sentBytes) }} of {{ bytes(item.totalBytes) }}
                }
              }
            </span>
            @if (item.state === 'sending') {
              <button type="button" class="button quiet small" (click)="pause.emit(item.id)"><app-icon name="pause" />Pause</button>
            } @else if (item.state === 'paused' || (item.state === 'failed' && item.failure !== 'refused')) {
              <button type="button" class="button small" (click)="resume.emit(item.id)">
                <app-icon name="play" />{{ item.failure === 'not-begun' ? 'Try again' : 'Resume' }}
              </button>
            }
            <app-icon-button
              icon="close"
              [label]="(item.state === 'done' ? 'Clear ' : 'Cancel ') + item.name"
              (press)="remove.emit(item.id)"
            />
          </div>
        }
      </section>
    }
  `,
  styles: `
    /* However many there are, the captures are below them on the same screen. */
    section {
      max-height: 40vh;
      margin-bottom: 14px;
      overflow: auto;
    }
    header {
      position: sticky;
      top: 0;
      background: var(--surface);
    }
    .item {
      display: grid;
      grid-template-columns: minmax(120px, 260px) minmax(120px, 1fr) minmax(180px, auto) auto auto;
      align-items: center;
      gap: 12px;
      min-height: 36px;
      padding: 4px 6px 4px 12px;
    }
    .item + .item {
      border-top: 1px solid var(--line);
    }
    .name {
      overflow: hidden;
      font-weight: 550;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .said {
      color: var(--ink-soft);
      font-size: 12px;
    }
    app-progress.wrong {
      visibility: hidden;
    }
    .wrong {
      color: var(--critical);
    }
  `,
})
export class UploadList {
  readonly items = input.required<readonly UploadItem[]>();
  readonly pause = output<number>();
  readonly resume = output<number>();
  readonly remove = output<number>();
  readonly clear = output();
  protected readonly ended = computed(() => this.items().filter(hasEnded).length);
  /** What somebody may have to act on first. */
  protected readonly ordered = computed(() => this.items().toSorted((a, b) => Number(a.state === 'done') - Number(b.state === 'done')));
  protected readonly summary = computed(() => {
    const of = (state: UploadItem['state']) => this.items().filter((item) => item.state === state).length;
    const failed = of('failed') > 0 ? `, ${formatCount(of('failed'))} not` : '';
    return `${formatCount(of('done'))} of ${formatMany(this.items().length, 'file')} received${failed}`;
  });
  protected readonly bytes = formatBytes;
  protected readonly many = formatMany;
}

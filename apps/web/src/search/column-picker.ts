import { CdkConnectedOverlay, CdkOverlayOrigin } from '@angular/cdk/overlay';
import { Component, computed, input, output, signal } from '@angular/core';
import type { FieldInfo } from '@wirecase/contract';
import { Icon } from '../ui/icon.ts';

/** Chooses which fields are columns. */
@Component({
  selector: 'app-column-picker',
  imports: [CdkConnectedOverlay, CdkOverlayOrigin, Icon],
  template: `
    <button
      #origin="cdkOverlayOrigin"
      type="button"
      class="button small"
      cdkOverlayOrigin
      [attr.aria-expanded]="open()"
      (click)="open.set(!open())"
    >
      <app-icon name="columns" />Columns
    </button>
    <ng-template
      cdkConnectedOverlay
      [cdkConnectedOverlayOrigin]="origin"
      [cdkConnectedOverlayOpen]="open()"
      [cdkConnectedOverlayPositions]="[
        { originX: 'end', originY: 'bottom', overlayX: 'end', overlayY: 'top', offsetY: 4 },
        { originX: 'end', originY: 'top', overlayX: 'end', overlayY: 'bottom', offsetY: -4 },
      ]"
      (overlayOutsideClick)="closeUnless($event, origin.elementRef.nativeElement)"
      (overlayKeydown)="$event.key === 'Escape' && open.set(false)"
      (detach)="open.set(false)"
    >
      <div class="menu picker" role="group" aria-label="Columns">
        <input #find type="text" aria-label="Find a field" placeholder="Find a field" (input)="wanted.set(find.value)" />
        <div class="list">
          @for (field of found(); track field.name) {
            <label [title]="field.doc">
              <input type="checkbox" [checked]="isShown(field.name)" (change)="toggle(field.name)" />
              <span>{{ field.label }}</span><code>{{ field.name }}</code>
            </label>
          } @empty {
            <p>No field is called that.</p>
          }
        </div>
        <button type="button" class="button quiet small" (click)="reset.emit()">The usual columns</button>
      </div>
    </ng-template>
  `,
  styles: `
    .picker {
      gap: 6px;
      width: 400px;
      padding: 8px;
    }
    .list {
      display: grid;
      max-height: 340px;
      overflow: auto;
    }
    label {
      display: flex;
      align-items: center;
      gap: 8px;
      min-height: 24px;
      padding: 0 6px;
      border-radius: var(--radius-small);
    }
    label:hover {
      background: var(--hover);
    }
    label code {
      margin-left: auto;
      color: var(--ink-faint);
      font-size: 11px;
    }
    p {
      padding: 8px;
      color: var(--ink-faint);
    }
  `,
})
export class ColumnPicker {
  readonly fields = input.required<readonly FieldInfo[]>();
  readonly shown = input.required<readonly string[]>();
  readonly change = output<string[]>();
  readonly reset = output();
  protected readonly open = signal(false);
  protected readonly wanted = signal('');
  protected readonly found = computed(() => {
    const wanted = this.wanted().trim().toLowerCase();
    return this.fields().filter(({ name, label }) => name.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted));
  });

  protected isShown(name: string): boolean {
    return this.shown().includes(name);
  }

  protected toggle(name: string): void {
    const shown = this.shown();
    const next = shown.includes(name) ? shown.filter((each) => each !== name) : [...shown, name];
    if (next.length > 0) this.change.emit(next);
  }

  protected closeUnless(event: Event, origin: HTMLElement): void {
    if (!origin.contains(event.target as Node)) this.open.set(false);
  }
}

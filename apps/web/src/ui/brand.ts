import { Component } from '@angular/core';

/** The mark: a pulse inside the brackets of a case file. */
@Component({
  selector: 'app-brand',
  template: `
    <svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path class="case" d="M8 4H4.5v16H8M16 4h3.5v16H16" />
      <path class="pulse" d="M7 12h2.4l1.6-4 2.2 8 1.5-4H17" />
    </svg>
    <span>Wirecase</span>
  `,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 7px;
      font-size: 15px;
      font-weight: 650;
      letter-spacing: -0.015em;
      line-height: 1;
    }
    svg {
      width: 24px;
      height: 24px;
      fill: none;
      stroke-width: 1.9;
      stroke-linecap: round;
      stroke-linejoin: round;
    }
    .case {
      stroke: var(--accent);
    }
    .pulse {
      stroke: currentColor;
    }
  `,
})
export class Brand {}

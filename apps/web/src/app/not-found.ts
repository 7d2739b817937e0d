import { Component } from '@angular/core';
import { RouterLink } from '@angular/router';
import { EmptyState } from '../ui/empty-state.ts';

@Component({
  selector: 'app-not-found',
  imports: [EmptyState, RouterLink],
  template: `
    <div class="page">
      <app-empty-state icon="search" heading="There is no such page" text="The address may be mistyped, or what it showed was deleted.">
        <a class="button" routerLink="/captures">To the captures</a>
      </app-empty-state>
    </div>
  `,
})
export class NotFound {}

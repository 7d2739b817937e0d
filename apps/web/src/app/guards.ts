import { inject } from '@angular/core';
import { type CanActivateFn, RedirectCommand, Router } from '@angular/router';
import { problemOf } from '../api/problem.ts';
import { SessionApi } from '../api/session-api.ts';
import { SessionStore } from './session-store.ts';

/** Lets someone logged in through; else to set-up when nobody can log in yet, else to the login page and back afterwards. */
export const loggedIn: CanActivateFn = async (_route, state) => {
  const router = inject(Router);
  const api = inject(SessionApi);
  const session = inject(SessionStore);
  try {
    if (await session.ensure()) return true;
    if ((await api.setupStatus()).required) return router.createUrlTree(['/setup']);
    return router.createUrlTree(['/login'], { queryParams: state.url === '/' ? {} : { next: state.url } });
  } catch (error) {
    // The server is away or in trouble: say so under the address that was asked for, so that trying again is a reload.
    return new RedirectCommand(router.createUrlTree(['/trouble']), { skipLocationChange: true, state: { problem: problemOf(error) } });
  }
};

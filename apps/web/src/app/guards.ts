import { inject } from '@angular/core';
import { type CanActivateFn, Router } from '@angular/router';
import { SessionApi } from '../api/session-api.ts';
import { SessionStore } from './session-store.ts';

/** Lets someone logged in through; else to set-up when nobody can log in yet, else to the login page and back afterwards. */
export const loggedIn: CanActivateFn = async (_route, state) => {
  const router = inject(Router);
  const api = inject(SessionApi);
  if (await inject(SessionStore).ensure()) return true;
  if ((await api.setupStatus()).required) return router.createUrlTree(['/setup']);
  return router.createUrlTree(['/login'], { queryParams: state.url === '/' ? {} : { next: state.url } });
};

import type { Routes } from '@angular/router';
import { loggedIn } from './guards.ts';
import { Shell } from './shell.ts';

/** One folder per page, named as in the URL. */
export const routes: Routes = [
  { path: 'setup', title: 'Set up · Wirecase', loadComponent: async () => (await import('../setup/setup.ts')).Setup },
  { path: 'login', title: 'Log in · Wirecase', loadComponent: async () => (await import('../login/login.ts')).Login },
  { path: 'trouble', title: 'No answer · Wirecase', loadComponent: async () => (await import('./trouble.ts')).Trouble },
  {
    path: '',
    component: Shell,
    canActivate: [loggedIn],
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'captures' },
      { path: 'captures', title: 'Captures · Wirecase', loadComponent: async () => (await import('../captures/captures.ts')).Captures },
      {
        path: 'captures/:id',
        title: 'Capture · Wirecase',
        loadComponent: async () => (await import('../captures/capture.ts')).CapturePage,
      },
      { path: 'search', title: 'Search · Wirecase', loadComponent: async () => (await import('../search/search.ts')).Search },
      // As the API calls it, and as all other pages are called.
      { path: 'flows/:id', redirectTo: 'flow/:id' },
      { path: 'flow/:id', title: 'Flow · Wirecase', loadComponent: async () => (await import('../flow/flow.ts')).Flow },
      { path: 'alerts', title: 'Alerts · Wirecase', loadComponent: async () => (await import('../alerts/alerts.ts')).Alerts },
      { path: 'alerts/:id', title: 'Alert · Wirecase', loadComponent: async () => (await import('../alerts/alert.ts')).AlertPage },
      {
        path: 'incidents',
        title: 'Incidents · Wirecase',
        loadComponent: async () => (await import('../incidents/incidents.ts')).Incidents,
      },
      {
        path: 'incidents/:id',
        title: 'Incident · Wirecase',
        loadComponent: async () => (await import('../incidents/incident.ts')).IncidentPage,
      },
      { path: 'hosts', title: 'Hosts · Wirecase', loadComponent: async () => (await import('../hosts/hosts.ts')).Hosts },
      { path: 'hosts/:ip', title: 'Host · Wirecase', loadComponent: async () => (await import('../hosts/host.ts')).HostPage },
      {
        path: 'indicators',
        title: 'Indicators · Wirecase',
        loadComponent: async () => (await import('../indicators/indicators.ts')).Indicators,
      },
      { path: 'live', title: 'Live · Wirecase', loadComponent: async () => (await import('../live/live.ts')).Live },
      { path: 'settings', title: 'Settings · Wirecase', loadChildren: async () => (await import('../settings/routes.ts')).settingsRoutes },
      { path: '**', title: 'Not found · Wirecase', loadComponent: async () => (await import('./not-found.ts')).NotFound },
    ],
  },
];

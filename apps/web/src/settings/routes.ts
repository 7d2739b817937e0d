import { inject } from '@angular/core';
import { type CanActivateFn, Router, type Routes } from '@angular/router';
import { SessionStore } from '../app/session-store.ts';
import { Settings } from './settings.ts';

const adminOnly: CanActivateFn = () => inject(SessionStore).can('admin') || inject(Router).createUrlTree(['/settings/account']);

export const settingsRoutes: Routes = [
  {
    path: '',
    component: Settings,
    children: [
      { path: '', pathMatch: 'full', redirectTo: 'account' },
      { path: 'account', title: 'Your account · Wirecase', loadComponent: async () => (await import('./account.ts')).Account },
      { path: 'appearance', title: 'Appearance · Wirecase', loadComponent: async () => (await import('./appearance.ts')).Appearance },
      { path: 'keys', title: 'API keys · Wirecase', loadComponent: async () => (await import('./keys.ts')).Keys },
      { path: 'users', title: 'Users · Wirecase', canActivate: [adminOnly], loadComponent: async () => (await import('./users.ts')).Users },
      { path: 'detection', title: 'Detection · Wirecase', loadComponent: async () => (await import('./detection.ts')).Detection },
      {
        path: 'detection/classifier',
        title: 'Traffic classifier · Wirecase',
        loadComponent: async () => (await import('./classifier.ts')).Classifier,
      },
      { path: 'zones', title: 'Zones · Wirecase', loadComponent: async () => (await import('./zones.ts')).Zones },
      {
        path: 'notifications',
        title: 'Notifications · Wirecase',
        canActivate: [adminOnly],
        loadComponent: async () => (await import('./notifications.ts')).Notifications,
      },
      {
        path: 'sensors',
        title: 'Sensors · Wirecase',
        canActivate: [adminOnly],
        loadComponent: async () => (await import('./sensors.ts')).Sensors,
      },
      { path: 'system', title: 'System · Wirecase', loadComponent: async () => (await import('./system.ts')).System },
    ],
  },
];

import type { Channel } from '@wirecase/contract';
import { emptyForm, formOf, requestOf, switched, whereText } from './channel-form.ts';

describe('the form of a channel', () => {
  it('makes a request of its kind, and takes nothing of the others along', () => {
    const form = { ...emptyForm, name: 'SOC', host: 'mail.test', port: '587', from: 'w@a.test', to: 'a@b.test, c@d.test', url: 'x' };
    expect(requestOf({ ...form, secret: 'pw' })).toEqual({
      name: 'SOC',
      kind: 'email',
      enabled: true,
      config: { host: 'mail.test', port: 587, security: 'starttls', user: null, from: 'w@a.test', to: ['a@b.test', 'c@d.test'] },
      route: { minSeverity: 40, rules: [], captures: [], origins: [], sensors: true },
      perHour: null,
      digestMinutes: 0,
      secret: 'pw',
    });
    expect(requestOf({ ...form, kind: 'log', secret: 'pw' })).toMatchObject({ config: {} });
    expect(requestOf({ ...form, kind: 'log', secret: 'pw' })).not.toHaveProperty('secret');
  });

  it('leaves the secret as it is when a channel is switched off', () => {
    const channel: Channel = {
      ...requestOf({ ...emptyForm, kind: 'webhook', url: 'https://a.test/' }),
      id: '1',
      hasSecret: true,
      createdAt: '',
      ...{ version: 3, changedAt: null, changedBy: null },
    };
    expect(switched(channel, false)).not.toHaveProperty('secret');
    expect(switched(channel, false)).toMatchObject({ enabled: false, version: 3 });
    expect(whereText(channel)).toBe('https://a.test/');
  });

  it('is filled from a stored channel, and makes the same of it again with what it does not show', () => {
    const made = { id: '1', hasSecret: true, createdAt: '', version: 1, changedAt: null, changedBy: null };
    const mail = {
      ...emptyForm,
      name: 'SOC',
      host: 'm.test',
      port: '587',
      user: 'u',
      from: 'w@a.test',
      to: 'a@b.test, c@d.test',
      perHour: '5',
    };
    const syslog = {
      ...emptyForm,
      kind: 'syslog' as const,
      host: 's.test',
      port: '6514',
      transport: 'tls' as const,
      ca: 'PEM',
      rules: 'flood',
    };
    for (const form of [
      mail,
      syslog,
      { ...emptyForm, kind: 'webhook' as const, url: 'https://a.test/' },
      { ...emptyForm, kind: 'log' as const },
    ]) {
      const request = requestOf(form);
      const channel: Channel = { ...request, ...made, route: { ...request.route, captures: ['c'], origins: ['ring'] } };
      expect(requestOf(formOf(channel), channel)).toEqual({ ...request, route: channel.route });
    }
  });
});

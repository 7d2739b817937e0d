import type { Channel } from '@wirecase/contract';
import { emptyForm, requestOf, switched, whereText } from './channel-form.ts';

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
    };
    expect(switched(channel, false)).not.toHaveProperty('secret');
    expect(switched(channel, false).enabled).toBe(false);
    expect(whereText(channel)).toBe('https://a.test/');
  });
});

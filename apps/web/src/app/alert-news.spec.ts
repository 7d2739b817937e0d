import type { JsonRow } from '@wirecase/contract';
import { newsOf } from './alert-news.ts';

const alert = (severity: number, name: string, ip?: string): JsonRow => ({
  event: { severity },
  rule: { name },
  ...(ip ? { source: { ip } } : {}),
});

describe('news of alerts', () => {
  it('name a single one with who did it', () => {
    expect(newsOf([alert(50, 'Port scan', '10.0.0.1')])).toBe('New alert: Port scan (medium), 10.0.0.1');
  });

  it('count several and name the gravest', () => {
    expect(newsOf([alert(50, 'Port scan'), alert(75, 'Flood'), alert(10, 'Ping sweep')])).toBe('3 new alerts, the gravest: Flood (high)');
  });
});

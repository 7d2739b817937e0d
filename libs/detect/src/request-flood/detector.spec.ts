import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { type Finding, optionValues } from '../detector.ts';
import { requestFlood } from './detector.ts';

const server = '192.0.2.80';

/** `count` requests, `perSecond` a second, each by `client(i)` for `page(i)`. */
function ask(count: number, perSecond: number, client: (i: number) => string, page: (i: number) => string = () => '/'): Finding[] {
  const run = new ContactScript((context) => requestFlood.create(context, optionValues(requestFlood.options)));
  for (let i = 0; i < count; i++) run.at(1 + i / perSecond).requested(run.syn(client(i), server, 80), page(i));
  return run.finish();
}
const one = () => '203.0.113.7';
const crowd = (i: number) => `203.0.113.${i % 100}`;

describe('a flood of HTTP requests', () => {
  it('is silent at a thousand at once, and told at the next: the first of a page does not count', () => {
    expect(ask(1000, Number.POSITIVE_INFINITY, one)).toEqual([]);
    expect(ask(1001, Number.POSITIVE_INFINITY, one)).toMatchObject([
      {
        alertClass: 'flood.http',
        entities: [
          { role: 'attacker', ip: one() },
          { role: 'victim', ip: server },
        ],
        evidence: { metric: 'repeated requests', value: 1000, threshold: 1000 },
        explanation: expect.stringContaining(`203.0.113.7 asked ${server} port 80 1000 times`),
      },
    ]);
  });

  it('is told at fifty a second within a minute, and at thirty never', () => {
    expect(ask(2600, 50, one)).toMatchObject([{ detectedAt: expect.any(BigInt) }]);
    expect(ask(20_000, 30, one)).toEqual([]);
  });

  it('of a hundred clients is told together, each of them being below its limit', () => {
    expect(ask(5000, 2000, crowd)).toMatchObject([
      { entities: [{ role: 'victim', ip: server }], evidence: { threshold: 3000 }, explanation: expect.stringContaining('100 clients') },
    ]);
    expect(ask(20_000, 250, crowd)).toEqual([]);
  });

  it('varies the query, so that nothing comes from a cache', () => {
    expect(ask(1001, Number.POSITIVE_INFINITY, one, (i) => `/?${i}`)).toHaveLength(1);
  });

  it('is one finding for one client', () => {
    expect(ask(50_000, 5000, one)).toHaveLength(1);
  });

  it('is no crawler, however fast', () => {
    expect(ask(20_000, 1000, one, (i) => `/page/${i}`)).toEqual([]);
  });

  it('is no load test of hundreds of requests now and then', () => {
    const run = new ContactScript((context) => requestFlood.create(context, optionValues(requestFlood.options)));
    for (let test = 0; test < 20; test++)
      for (let i = 0; i < 600; i++) run.at(test * 20 + i / 1000).requested(run.syn(one(), server, 80), '/');
    expect(run.finish()).toEqual([]);
  });
});

import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { traceroute } from './detector.ts';

const script = () => new ContactScript((context) => traceroute.create(context, optionValues(traceroute.options)));
const tracer = '10.0.0.9';
const exceeded = { ipProtocol: 1, icmpType: 11 };

it('is told when a third router answers', () => {
  const run = script();
  for (let hop = 1; hop <= 3; hop++) run.at(hop).headers(`198.51.100.${hop}`, tracer, exceeded);
  expect(run.finish()).toMatchObject([
    {
      alertClass: 'recon.traceroute',
      severity: 20,
      evidence: { metric: 'routers that answered', value: 3, threshold: 3, window: 180, packets: [1, 2, 3] },
      explanation: expect.stringContaining('(198.51.100.1, 198.51.100.2, 198.51.100.3)'),
    },
  ]);
});

it('is not one router that answers often, nor errors of another kind', () => {
  const run = script();
  for (let i = 0; i < 100; i++) {
    run.at(i).headers('198.51.100.1', tracer, exceeded);
    run.headers(`198.51.100.${i}`, tracer, { ipProtocol: 1, icmpType: 3 });
  }
  expect(run.finish()).toEqual([]);
});

/** Incidents: what one attacker did, over captures, without a second one when the same is taken in again. */
import type { Capture, Incident, IncidentDetail } from '@wirecase/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiServer, problemOf, type Client } from './api-server.ts';
import { scanOf } from './scans.ts';

let server: ApiServer;
let analyst: Client;
let captures: Capture[];

beforeAll(async () => {
  server = await ApiServer.startSetUp();
  await server.startWorker();
  analyst = await server.browserOf('analyst');
  captures = [];
  // The same scanner at once, ten minutes and two hours later, and another one a minute after the first.
  for (const [scanner, second] of [
    ['10.9.9.1', 0],
    ['10.9.9.1', 600],
    ['10.9.9.1', 7200],
    ['10.9.9.2', 60],
  ] as const)
    captures.push(await analyst.ingest(scanOf(scanner, second), `scan-${scanner}-${second}.pcap`));
}, 120_000);
afterAll(() => server?.close());

const list = (parameters: Record<string, string> = {}) => analyst.json<Incident[]>(`/incidents?${new URLSearchParams(parameters)}`);

describe('incidents', () => {
  it('are of one attacker within half an hour, over several captures', async () => {
    expect((await list()).map(({ attacker, alerts, captures: of, risk }) => [attacker, alerts, of, risk])).toEqual([
      ['10.9.9.1', 1, 1, 50],
      ['10.9.9.2', 1, 1, 50],
      ['10.9.9.1', 2, 2, 74],
    ]);
  });

  it('are found by capture, time and risk', async () => {
    expect(await list({ capture: captures[1]!.id })).toMatchObject([{ attacker: '10.9.9.1', alerts: 2 }]);
    expect((await list({ sort: 'risk', limit: '1' })).map(({ risk }) => risk)).toEqual([74]);
    expect(await list({ from: '2100-01-01T00:00:00Z' })).toEqual([]);
  });

  it('have their chain and everyone in it, by the id of any of their alerts', async () => {
    const [found] = await list({ capture: captures[1]!.id });
    const incident = await analyst.json<IncidentDetail>(`/incidents/${found!.id}`);
    expect(incident).toMatchObject({
      steps: ['reconnaissance'],
      chain: [{ alertClass: 'scan.vertical', state: 'new', verdict: null }, {}],
      entities: [
        { role: 'attacker', who: '10.9.9.1', alerts: 2 },
        { role: 'victim', who: '10.0.0.2', alerts: 2 },
      ],
    });
    expect(await analyst.json<IncidentDetail>(`/incidents/${incident.chain[1]!.id}`)).toEqual(incident);
  });

  it('stay the same when a capture is taken in or analysed again', async () => {
    const before = await list();
    await analyst.ingest(scanOf('10.9.9.1'), 'again.pcap');
    expect(await list()).toEqual(before);
  });

  it('lose risk by what is closed as false', async () => {
    const [found] = await list({ sort: 'risk', limit: '1' });
    await analyst.send('PATCH', `/alerts/${found!.id}`, { verdict: 'false_positive' });
    expect(await analyst.json<IncidentDetail>(`/incidents/${found!.id}`)).toMatchObject({ risk: 50, alerts: 2 });
  });

  it('are not looked for by what is no id', async () => {
    const problem = await problemOf(await analyst.request('/incidents?capture=mine'));
    expect(problem).toMatchObject({ status: 400, code: 'request.invalid' });
    expect(problem.detail).toContain('capture: is no id: one looks like');
  });

  it('are not made up of alerts that are not there', async () => {
    const answer = await analyst.send('GET', '/incidents/00000000-0000-4000-8000-000000000000');
    expect(await problemOf(answer)).toMatchObject({ status: 404, code: 'alert.not-found' });
  });
});

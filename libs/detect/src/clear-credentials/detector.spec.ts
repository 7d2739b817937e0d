import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { clearCredentials } from './detector.ts';

const script = () => new ContactScript((context) => clearCredentials.create(context, {}));
const [client, server] = ['10.0.0.9', '10.0.0.2'];

it('tells once of a server, service and user', () => {
  const run = script();
  for (let i = 0; i < 3; i++) run.login(run.at(i).syn(client, server, 21), 'ftp', 'success', 'ann', true);
  run.login(run.at(5).syn(client, server, 21), 'ftp', 'success', 'bob', true);
  expect(run.finish()).toMatchObject([
    {
      alertClass: 'credentials.clear',
      severity: 35,
      evidence: { packets: [1] },
      explanation: `${client} sent a password to ${server} port 21 by ftp that anyone on the way can read, as ann, and was let in.`,
    },
    { explanation: expect.stringContaining('as bob') },
  ]);
});

it('is silent about what cannot be read, and what was refused', () => {
  const run = script();
  run.login(run.at(0).syn(client, server, 22), 'ssh', 'success', 'ann', false);
  run.login(run.at(1).syn(client, server, 21), 'ftp', 'failure', 'ann', true);
  expect(run.finish()).toEqual([]);
});

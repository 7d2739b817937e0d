import { fileRecord, parseIp } from '@wirecase/contract';
import { expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import type { Finding } from '../detector.ts';
import { executableTransfer } from './detector.ts';

const [client, outside, colleague] = ['10.0.0.9', '203.0.113.9', '10.0.0.2'];
const pe = 'application/vnd.microsoft.portable-executable';

interface Transfer {
  server?: string;
  sniffedType?: string | null;
  mismatch?: boolean;
  direction?: string;
  sha256?: string | null;
}

/** Files that `client` and a server exchange by HTTP, one after the other. */
function transferred(...files: Transfer[]): Finding[] {
  const run = new ContactScript((context) => executableTransfer.create(context, {}));
  for (const { server = outside, ...file } of files) {
    run.at(1).record(fileRecord, {
      ...{ sniffedType: pe, mismatch: false, direction: 'to-originator', sha256: 'ab', sourceProtocol: 'http' },
      ...{ name: 'a.exe', path: '/a.exe', mimeType: null, time: run.timeNs, packet: run.packet },
      sourceIp: parseIp(client),
      destinationIp: parseIp(server),
      ...file,
    });
  }
  return run.finish();
}

it('tells of a program from outside once for each sender and content', () => {
  expect(transferred({}, {}, { sha256: 'cd' })).toMatchObject([
    {
      alertClass: 'transfer.program',
      severity: 25,
      evidence: { packets: [1] },
      explanation: `${client} got a.exe from ${outside} by http: by its content it is a program for Windows. SHA-256 ab.`,
    },
    { evidence: { packets: [3] } },
  ]);
});

it('tells of a program in disguise from anywhere, with more weight', () => {
  expect(transferred({ server: colleague, mismatch: true })).toMatchObject([{ alertClass: 'transfer.disguised-program', severity: 50 }]);
});

it.each<[string, Transfer]>([
  ['programs within the network', { server: colleague }],
  ['programs that go out', { direction: 'to-responder' }],
  ['other files in disguise, which nothing runs', { sniffedType: 'application/pdf', mismatch: true }],
  ['scripts, of which pages are full', { sniffedType: 'application/x-executable-script', mismatch: true }],
  ['what has no type', { sniffedType: null }],
])('is silent about %s', (_what, file) => {
  expect(transferred(file)).toEqual([]);
});

import type { ProtocolModule } from '@wirecase/contract';
import { runProtocol, textBytes, type Delivery, type RunOptions } from '@wirecase/testkit';
import { expect, it } from 'vitest';
import { ftp } from './parser.ts';

const data: Delivery[] = [
  [1, textBytes('first, ')],
  [1, textBytes('second')],
];

/** A control connection, then the data connection that it announced last. */
function transferred(lines: readonly Delivery[], carried: readonly Delivery[] = data, options: RunOptions = { isClosed: true }) {
  const { expected } = runProtocol(ftp, [[1, textBytes('220 ftp\r\n')], ...lines]);
  const flow: ProtocolModule = { ...ftp, create: (context) => expected.at(-1)!.create(context) };
  return { expected, files: runProtocol(flow, carried, options).files };
}
const client = (line: string): Delivery => [0, textBytes(`${line}\r\n`)];
const server = (line: string): Delivery => [1, textBytes(`${line}\r\n`)];
const passive = [client('PASV'), server('227 Entering (10,0,0,9,4,1).')];

it('a file that is got passively comes by the port of the reply, at the address in it and at the server', () => {
  const { expected, files } = transferred([...passive, client('RETR dir/a.txt'), server('150 ok'), server('226 done')]);
  expect(expected.map(({ ip, port, protocol }) => [ip.join('.'), port, protocol])).toEqual([
    ['10.0.0.9', 1025, 'ftp-data'],
    ['10.0.0.2', 1025, 'ftp-data'],
  ]);
  expect(files).toMatchObject([{ path: 'dir/a.txt', text: 'first, second', direction: 1, fault: null, sourceProtocol: 'ftp' }]);
});

it('a file that is got actively comes by the port that the client names', () => {
  const { expected, files } = transferred([client('EPRT |1|10.0.0.1|5000|'), server('200 ok'), client('RETR a'), server('226 done')]);
  expect(expected[0]).toMatchObject({ ip: Uint8Array.of(10, 0, 0, 1), port: 5000 });
  expect(files).toMatchObject([{ path: 'a', fault: null }]);
});

it('a list is no file', () => {
  expect(transferred([...passive, client('LIST'), server('226 done')]).files).toEqual([]);
});

it.each<[string, Delivery[], RunOptions, string]>([
  ['resumed', [client('REST 100'), server('350 go'), client('RETR a'), server('226 done')], { isClosed: true }, 'range'],
  ['appended', [client('APPE a'), server('226 done')], { isClosed: true }, 'range'],
  ['broken off by the server', [client('RETR a'), server('150 ok'), server('426 aborted')], { isClosed: true }, 'cut-off'],
  ['without the end of its connection', [client('RETR a'), server('226 done')], {}, 'cut-off'],
])('a file %s is not whole', (_, lines, options, fault) => {
  expect(transferred([...passive, ...lines], data, options).files).toMatchObject([{ fault }]);
});

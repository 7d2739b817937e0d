import { hexBytes, joinBytes, mutants, runProtocol, type Delivery } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { smb } from './parser.ts';

const le = (bytes: number, value: number) => Uint8Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
const utf16 = (text: string) => joinBytes(...[...text].map((one) => le(2, one.charCodeAt(0))));
const session = (message: Uint8Array) => joinBytes(0, 0, message.length >> 8, message.length & 255, message);
const zeros = (count: number) => new Uint8Array(count);

interface Head {
  id?: number;
  status?: number;
  next?: number;
  tree?: number;
  isResponse?: boolean;
}
/** MS-SMB2 2.2.1.2, session 0x51. */
const message2 = (
  command: number,
  { id = 1, status = 0, next = 0, tree = 5, isResponse = false }: Head,
  ...body: (Uint8Array | number)[]
) =>
  joinBytes(
    hexBytes('fe 53 4d 42 40 00 00 00'),
    le(4, status),
    le(2, command),
    le(2, 1),
    le(4, isResponse ? 1 : 0),
    le(4, next),
    le(8, id),
    le(4, 0),
    le(4, tree),
    le(8, 0x51),
    zeros(16),
    ...body,
  );
const fileId = hexBytes('11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff 00');

const negotiate = message2(0, { id: 0 }, le(2, 36), le(2, 2), zeros(32), le(2, 0x0202), le(2, 0x0311));
const negotiated = message2(0, { id: 0, isResponse: true }, le(2, 65), le(2, 1), le(2, 0x0311), zeros(58));
const treeConnect = message2(3, { tree: 0 }, le(2, 9), le(2, 0), le(2, 72), le(2, 24), utf16('\\\\srv\\data$$'));
const treeConnected = (type = 1) => message2(3, { isResponse: true }, le(2, 16), type, 0, zeros(12));
const create = (name: string, id = 2) =>
  message2(5, { id }, le(2, 57), zeros(38), le(4, 0x1000), le(2, 120), le(2, 2 * name.length), zeros(8), utf16(name));
const created = (id = 2, next = 0) =>
  message2(5, { id, next, isResponse: true }, le(2, 89), zeros(2), le(4, 2), zeros(40), le(8, 1234), zeros(8), fileId);
const write = (data: Uint8Array, id = 3) =>
  message2(9, { id }, le(2, 49), le(2, 112), le(4, data.length), zeros(8), fileId, zeros(16), data);
const read = (id = 4) => message2(8, { id }, le(2, 49), zeros(14), fileId, zeros(16));
const readData = (data: Uint8Array, id = 4) => message2(8, { id, isResponse: true }, le(2, 17), 80, 0, le(4, data.length), zeros(8), data);
const close = (id = 5, key = fileId) => message2(6, { id }, le(2, 24), zeros(6), key);
const closed = (id = 5) => message2(6, { id, isResponse: true }, le(2, 60), zeros(58));

const client = (...messages: Uint8Array[]): Delivery => [0, joinBytes(...messages.map(session))];
const server = (...messages: Uint8Array[]): Delivery => [1, joinBytes(...messages.map(session))];
const run = (deliveries: readonly Delivery[], pieceBytes = 0) => runProtocol(smb, deliveries, { destinationPort: 445, pieceBytes });

const file: Delivery[] = [
  client(negotiate),
  server(negotiated),
  client(treeConnect),
  server(treeConnected()),
  client(create('dir\\a.txt')),
  server(created()),
  client(write(zeros(100))),
  client(read()),
  server(readData(zeros(30))),
  client(close()),
  server(closed()),
];

/** C706 12.6.4.3: bind of srvsvc as context 0; then a call of NetrShareEnum (15), and its answer. */
const bind = hexBytes(`
  05 00 0b 03 10 00 00 00 48 00 00 00 01 00 00 00  b8 10 b8 10 00 00 00 00 01 00 00 00
  00 00 01 00 c84f324b 7016 d301 1278 5a47bf6ee188 03 00 00 00 045d888aeb1cc9119fe808002b104860 02 00 00 00`);
const call = hexBytes('05 00 00 03 10 00 00 00 18 00 00 00 02 00 00 00 00 00 00 00 00 00 0f 00');
const answer = hexBytes('05 00 02 03 10 00 00 00 18 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00');

/** MS-CIFS 2.2.3.1. */
const message1 = (command: number, isReply: boolean, words: Uint8Array, bytes: Uint8Array) =>
  joinBytes(
    hexBytes('ff 53 4d 42'),
    command,
    le(4, 0),
    isReply ? 0x80 : 0,
    le(2, 0xc000),
    zeros(12),
    le(2, 7),
    le(2, 9),
    le(2, 3),
    le(2, 1),
    words.length / 2,
    words,
    le(2, bytes.length),
    bytes,
  );
const terminated = (text: string) => joinBytes(utf16(text), 0, 0);

describe('smb', () => {
  it('tells the life of a file', () => {
    const { records, weirds } = run(file);
    expect(records).toMatchObject([
      { packet: 2, command: 'negotiate', dialects: ['2.0.2', '3.1.1'], dialect: '3.1.1', version: '3.1.1', status: 'STATUS_SUCCESS' },
      { packet: 4, command: 'tree_connect', share: '\\\\srv\\data$$', shareType: 'DISK', version: '3.1.1' },
      {
        packet: 6,
        command: 'create',
        filename: 'dir\\a.txt',
        action: 'created',
        size: 1234,
        isDeletedOnClose: true,
        share: '\\\\srv\\data$$',
      },
      { packet: 11, command: 'close', filename: 'dir\\a.txt', bytesRead: 30, bytesWritten: 100 },
    ]);
    expect(weirds).toEqual({});
  });

  it('gives the same records wherever segments are cut', () => {
    const { records } = run(file);
    for (const pieceBytes of [1, 3, 64, 70]) expect(run(file, pieceBytes).records).toEqual(records);
  });

  it('reads messages behind each other in one frame, the later about the file of the first', () => {
    const request = joinBytes(
      message2(5, { id: 2, next: 136 }, le(2, 57), zeros(42), le(2, 120), le(2, 2), zeros(8), utf16('a'), zeros(14)),
      close(3, new Uint8Array(16).fill(255)),
    );
    const response = joinBytes(created(2, 144), closed(3));
    expect(run([client(request), server(response)]).records).toMatchObject([
      { command: 'create', filename: 'a' },
      { command: 'close', filename: 'a', bytesWritten: 0 },
    ]);
  });

  it('tells errors by their names, and requests without a response', () => {
    const { records } = run([
      client(create('secret', 2), create('later', 3)),
      server(message2(5, { id: 2, status: 0xc0000022, isResponse: true }, le(2, 9), zeros(7))),
    ]);
    expect(records).toMatchObject([
      { filename: 'secret', status: 'STATUS_ACCESS_DENIED' },
      { packet: 1, filename: 'later', status: null },
    ]);
  });

  it('tells renames and deletions', () => {
    const setInfo = (id: number, kind: number, ...data: (Uint8Array | number)[]) =>
      message2(17, { id }, le(2, 33), 1, kind, le(4, 0), le(2, 96), zeros(6), fileId, ...data);
    const done = (id: number) => message2(17, { id, isResponse: true }, le(2, 2));
    const { records } = run([
      client(create('a')),
      server(created()),
      client(setInfo(6, 10, zeros(16), le(4, 2), utf16('b')), setInfo(7, 13, 1), setInfo(8, 13, 0), setInfo(9, 4, zeros(40))),
      server(done(6), done(7), done(8), done(9)),
    ]);
    expect(records.slice(1)).toMatchObject([
      { command: 'rename', filename: 'a', newName: 'b' },
      { command: 'delete', filename: 'a' },
    ]);
  });

  it('reads remote calls in a pipe', () => {
    const { records } = run([
      client(treeConnect),
      server(treeConnected(2)),
      client(create('srvsvc')),
      server(created()),
      client(write(bind), write(call.slice(0, 10), 6), write(call.slice(10), 7), read()),
      server(readData(answer)),
    ]);
    expect(records[2]).toMatchObject({
      record: 'dce_rpc',
      endpoint: 'srvsvc',
      operation: 'NetrShareEnum',
      uuid: '4b324fc8-1670-01d3-1278-5a47bf6ee188',
      opnum: 15,
      namedPipe: 'srvsvc',
      rtt: 1_000_000n,
      fault: null,
      protection: null,
    });
  });

  it('knows a pipe whose opening was not seen by what is written to it', () => {
    expect(run([client(write(bind)), client(write(call, 4)), [1, 100]]).records).toMatchObject([{ operation: 'NetrShareEnum', rtt: null }]);
  });

  it('reads SMB 1: a chain of logging on and connecting, then a file', () => {
    const setup = joinBytes(0x75, 0, le(2, 0), zeros(10), le(2, 2), le(2, 4), zeros(8));
    const names = joinBytes(
      hexBytes('aa bb cc dd ee ff'),
      0,
      terminated('ann'),
      terminated('DOM'),
      terminated('Windows'),
      terminated('LM'),
    );
    const first = message1(0x73, false, setup, names);
    const connect = joinBytes(
      4,
      joinBytes(0xff, 0, le(2, 0), le(2, 0), le(2, 1)),
      le(2, 1 + 16 + 2 + 3),
      0,
      terminated('\\\\srv\\c$'),
      'A:',
      0,
    );
    first.set(le(2, first.length + (first.length % 2)), 35);
    const request = joinBytes(first, zeros(first.length % 2), connect);
    const second = message1(0x73, true, joinBytes(0x75, 0, le(2, 41), le(2, 1)), zeros(0));
    const response = joinBytes(second, hexBytes('03 ff 00 00 00 00 00 03 00 41 3a 00'));
    const createWords = joinBytes(0xff, 0, le(2, 0), 0, le(2, 10), zeros(41));
    const createdWords = joinBytes(0xff, 0, le(2, 0), 0, le(2, 0x4001), le(4, 1), zeros(44), le(8, 77), zeros(5));
    const { records, weirds } = run([
      client(request),
      server(response),
      client(message1(0xa2, false, createWords, joinBytes(0, utf16('a.txt')))),
      server(message1(0xa2, true, createdWords, zeros(0))),
      client(message1(0x04, false, joinBytes(le(2, 0x4001), zeros(4)), zeros(0))),
      server(message1(0x04, true, zeros(0), zeros(0))),
      client(message1(0x07, false, zeros(2), joinBytes(4, terminated('a'), 4, 0, terminated('b')))),
      server(message1(0x07, true, zeros(0), zeros(0))),
    ]);
    expect(weirds).toEqual({});
    expect(records).toMatchObject([
      { command: 'session_setup', user: 'DOM\\ann', nativeOs: 'Windows', isGuest: true, status: 'STATUS_SUCCESS' },
      { command: 'tree_connect', share: '\\\\srv\\c$', shareType: 'DISK' },
      { command: 'create', filename: 'a.txt', size: 77, user: 'DOM\\ann', share: '\\\\srv\\c$', action: 'opened' },
      { command: 'close', filename: 'a.txt', bytesRead: 0 },
      { command: 'rename', filename: 'a', newName: 'b' },
    ]);
  });

  it('tells how logins by name and answer, without a token, end (MS-CIFS 2.2.4.53)', () => {
    const setup = joinBytes(0xff, 0, le(2, 0), zeros(10), le(2, 2), le(2, 4), zeros(8));
    const ask = (user: string) =>
      client(message1(0x73, false, setup, joinBytes(hexBytes('aa bb cc dd ee ff'), 0, terminated(user), terminated('DOM'))));
    const refusal = message1(0x73, true, zeros(0), zeros(0));
    refusal.set(le(4, 0xc000006d), 5);
    const welcome = message1(0x73, true, joinBytes(0xff, 0, le(2, 0), le(2, 0)), zeros(0));
    const { logins } = run([ask('ann'), server(refusal), ask(''), server(refusal), ask('bob'), server(welcome)]);
    expect(logins).toEqual([
      { user: 'DOM\\ann', outcome: 'failure', isClear: false },
      { user: 'DOM\\bob', outcome: 'success', isClear: false },
    ]);
  });

  it('follows a file that OPEN_ANDX opened, and what is chained behind it (MS-CIFS 2.2.4.41)', () => {
    const andX = (next: number, offset = 0) => joinBytes(next, 0, le(2, offset));
    const openWords = (next: number, offset: number) => joinBytes(andX(next, offset), zeros(26));
    const openedWords = (next: number, offset: number) =>
      joinBytes(andX(next, offset), le(2, 0x4002), zeros(6), le(4, 5), zeros(6), le(2, 1), zeros(6));
    const name = joinBytes(0, utf16('\\tmp\\foo'), 0, 0);
    const readWords = (key: number, offset: number) => joinBytes(andX(0xff), le(2, key), le(4, offset), le(2, 100), zeros(8));
    const dataWords = (length: number, offset: number) => joinBytes(andX(0xff), zeros(6), le(2, length), le(2, offset), zeros(10));
    const block = (words: Uint8Array, data: Uint8Array) => joinBytes(words.length / 2, words, le(2, data.length), data);
    const open = message1(0x2d, false, openWords(0x2e, 0), name);
    open.set(le(2, open.length), 35);
    const opened = message1(0x2d, true, openedWords(0x2e, 0), zeros(0));
    opened.set(le(2, opened.length), 35);
    const { records, files, weirds } = run([
      client(joinBytes(open, block(readWords(0xffff, 0), zeros(0)))),
      server(joinBytes(opened, block(dataWords(2, opened.length + 27), Uint8Array.of(104, 101)))),
      client(message1(0x2e, false, readWords(0x4002, 2), zeros(0))),
      server(message1(0x2e, true, dataWords(3, 59), Uint8Array.of(108, 108, 111))),
      client(message1(0x04, false, joinBytes(le(2, 0x4002), zeros(4)), zeros(0))),
      server(message1(0x04, true, zeros(0), zeros(0))),
    ]);
    expect(weirds).toEqual({});
    expect(records).toMatchObject([
      { command: 'create', filename: '\\tmp\\foo', size: 5, action: 'opened' },
      { command: 'close', filename: '\\tmp\\foo', bytesRead: 5 },
    ]);
    expect(files).toMatchObject([{ path: '\\tmp\\foo', text: 'hello', fault: null, direction: 1 }]);
  });

  it('takes the answer in SMB 2 to a negotiation in SMB 1', () => {
    const offer = message1(0x72, false, zeros(0), joinBytes(2, 'NT LM 0.12', 0, 2, 'SMB 2.???', 0));
    const any = message2(0, { id: 0, isResponse: true }, le(2, 65), le(2, 1), le(2, 0x02ff), zeros(58));
    expect(run([client(offer), server(any)]).records).toMatchObject([
      { version: '2', dialects: ['NT LM 0.12', 'SMB 2.???'], dialect: '2.???', status: 'STATUS_SUCCESS' },
    ]);
  });

  it('joins an NTLM logon to its outcome (MS-NLMP 4.2.4)', () => {
    const setup = (id: number, token: Uint8Array) =>
      message2(1, { id }, le(2, 25), zeros(10), le(2, 88), le(2, token.length), zeros(8), token);
    const answered = (id: number, status: number, token: Uint8Array) =>
      message2(1, { id, status, isResponse: true }, le(2, 9), le(2, 0), le(2, 72), le(2, token.length), token);
    const challenge = hexBytes(`4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000
      2400240044000000 0600701700000f53 530065007200760065007200
      02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000`);
    const user = utf16('User');
    const proof = joinBytes(
      hexBytes('4e544c4d53535000 03000000'),
      joinBytes(le(2, 0), le(2, 0), le(4, 72)),
      joinBytes(le(2, 40), le(2, 40), le(4, 80)),
      joinBytes(le(2, 0), le(2, 0), le(4, 72)),
      joinBytes(le(2, 8), le(2, 8), le(4, 72)),
      joinBytes(le(2, 8), le(2, 8), le(4, 72)),
      joinBytes(le(2, 0), le(2, 0), le(4, 72)),
      hexBytes('31828ae2 0501280a0000000f'),
      user,
      zeros(40),
    );
    const { records } = run([
      client(setup(1, zeros(4))),
      server(answered(1, 0xc0000016, challenge)),
      client(setup(2, proof)),
      server(answered(2, 0xc000006d, zeros(0))),
    ]);
    expect(records).toMatchObject([
      {
        record: 'ntlm',
        carrier: 'smb',
        user: 'User',
        domain: null,
        host: 'User',
        version: 'NTLMv2',
        success: false,
        serverNetbios: 'Server',
        serverVersion: '6.0.6000',
        clientVersion: '5.1.2600',
        challenge: '0123456789abcdef',
      },
      { record: 'smb', command: 'session_setup', user: 'User', status: 'STATUS_LOGON_FAILURE' },
    ]);
  });

  it('believes no length beyond what came', () => {
    const lying = message2(9, { id: 3 }, le(2, 49), le(2, 112), le(4, 0xffff_ffff), zeros(8), fileId, zeros(16), zeros(10));
    expect(run([client(create('a')), server(created()), client(lying, close()), server(closed())]).records[1]).toMatchObject({
      bytesWritten: 10,
    });
  });

  it('counts the bytes of a message that is too long to keep', () => {
    expect(run([client(create('a')), server(created()), client(write(zeros(60_000)), close()), server(closed())]).records[1]).toMatchObject(
      {
        bytesWritten: 60_000,
      },
    );
  });

  it('bounds what waits', () => {
    const many = Array.from({ length: 1100 }, (_, i) => client(create('a', i)));
    expect(run(many)).toMatchObject({ records: { length: 1100 }, weirds: { smb_pending_limit: 76 } });
  });

  it('is known by content', () => {
    const bytes = session(negotiate);
    expect(smb.probe('tcp', 0, bytes, 0, bytes.length, 50_000, 50_001)).toBe('yes');
    expect(smb.probe('tcp', 0, bytes, 0, 6, 50_000, 445)).toBe('more');
    expect(smb.probe('tcp', 0, zeros(20), 0, 20, 50_000, 445)).toBe('no');
  });

  it('takes any bytes (10,000 mutants)', () => {
    const requests = joinBytes(...file.filter(([from]) => from === 0).map(([, bytes]) => bytes as Uint8Array));
    const responses = joinBytes(...file.filter(([from]) => from === 1).map(([, bytes]) => bytes as Uint8Array));
    for (const mutant of mutants(requests, 5000)) expect(run([[0, mutant], [1, responses]]).records.length).toBeLessThan(20); // prettier-ignore
    for (const mutant of mutants(responses, 5000)) expect(run([[0, requests], [1, mutant]]).records.length).toBeLessThan(20); // prettier-ignore
  });
});

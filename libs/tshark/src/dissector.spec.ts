import type { TreeNode } from '@wirecase/contract';
import { PacketScript } from '@wirecase/testkit/packets';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { Dissector, type Slice } from './dissector.ts';
import { Gate } from './gate.ts';
import { proveSandbox } from './proofs.ts';
import { runInSandbox } from './sandbox.ts';
import { seccompFilter } from './seccomp.ts';
import { findTools, type Tools } from './tools.ts';

/** pcap header (microseconds, little-endian, Ethernet) and one 42-byte ARP request, 192.0.2.1 asks for 192.0.2.2. */
const arpCapture = Uint8Array.from(
  Buffer.from(
    'd4c3b2a1020004000000000000000000ffff000001000000' +
      '00e1f565000000002a0000002a000000' +
      'ffffffffffff0200000000010806' +
      '0001080006040001' +
      '020000000001c0000201' +
      '000000000000c0000202',
    'hex',
  ),
);

const arp: Slice = { bytes: arpCapture, numbers: [7] };
const arpFrame = arpCapture.subarray(40);

/** A web server's answer in two segments, as packets 10, 20, 30 ... of a capture, and the frame of each. */
function answerInTwo(): { slice: Slice; frames: Uint8Array[]; answer: string } {
  const answer = `HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nHello`;
  const script = new PacketScript();
  const talk = script.tcp('10.0.0.1', '198.51.100.1', 80, 40_001).syn().synAck().ack('a').send('a', 'GET / HTTP/1.1\r\n\r\n');
  talk.send('b', answer.slice(0, 20)).send('b', answer.slice(20));
  const numbers = script.frames.map((_, i) => 10 * (i + 1));
  return { slice: { bytes: script.capture(), numbers }, frames: script.frames.map(({ data }) => data), answer };
}

function find(tree: readonly TreeNode[], name: string): TreeNode | undefined {
  return tree.flatMap((node) => (node.name === name ? [node] : (find(node.children, name) ?? []))).at(0);
}

let tools: Tools;
beforeAll(async () => {
  const found = await findTools();
  if ('missing' in found) throw new Error(`These tests need ${found.missing.join(', ')}: ${found.advice}.`);
  tools = found;
});

describe('the sandbox (T30)', () => {
  it('holds in all nine ways', async () => {
    const proofs = await proveSandbox(tools);
    expect(proofs).toHaveLength(9);
    expect(proofs.filter((proof) => !proof.holds)).toEqual([]);
  });

  it('gives its input as a read-only file and takes what the program prints', async () => {
    const run = { command: [tools.perl, '-e', 'open F, "/in.pcap"; print <F>'], programs: [tools.perl], input: Buffer.from('bytes') };
    expect(Buffer.from((await runInSandbox(tools, run)).stdout).toString()).toBe('bytes');
  });

  it('ends a program that prints without end', async () => {
    const run = {
      command: [tools.perl, '-e', 'print "x" x 65536 while 1'],
      programs: [tools.perl],
      input: new Uint8Array(0),
      limits: { outputBytes: 1e6 },
    };
    expect((await runInSandbox(tools, run)).ended).toBe('output');
  });

  it('reports a crash as one', async () => {
    const run = { command: [tools.perl, '-e', 'kill SEGV => $$'], programs: [tools.perl], input: new Uint8Array(0) };
    expect((await runInSandbox(tools, run)).exitCode).not.toBe(0);
  });

  it('has no filter for processors whose call numbers are unknown', () => {
    expect(seccompFilter('mips')).toBeNull();
    expect(seccompFilter('x64')!.length % 8).toBe(0);
  });
});

describe('the dissector', () => {
  const dissector = new Dissector();

  it('gives one line of columns a packet', async () => {
    const [first, ...rest] = await dissector.columns(arp);
    expect(rest).toEqual([]);
    expect(first).toEqual({
      source: '02:00:00:00:00:01',
      destination: 'ff:ff:ff:ff:ff:ff',
      protocol: 'ARP',
      info: 'Who has 192.0.2.2? Tell 192.0.2.1',
    });
  });

  it('gives the protocol tree with positions in the bytes', async () => {
    const { tree, sources } = await dissector.dissection(arp, arpFrame);
    expect([tree.map((node) => node.name), sources]).toEqual([['frame', 'eth', 'arp'], []]);
    expect(find(tree, 'arp.src.proto_ipv4')).toMatchObject({ value: '192.0.2.1', source: 0, offset: 28, length: 4 });
  });

  it('gives the bytes that were put together of several packets, and what is in them', async () => {
    const { slice, frames, answer } = answerInTwo();
    const { tree, sources } = await dissector.dissection(slice, frames.at(-1)!);
    expect(sources.map(({ name, length, bytes }) => [name, length, Buffer.from(bytes).toString()])).toEqual([
      ['Reassembled TCP', answer.length, answer],
    ]);
    expect(find(tree, 'http.response.code')).toMatchObject({ value: '200', source: 1, offset: 9, length: 3 });
    expect(find(tree, 'http')).toMatchObject({ source: 1, offset: 0, length: answer.length });
    expect(find(tree, 'tcp')).toMatchObject({ source: 0, offset: 34, length: 20 });
  });

  it('speaks of packets by their numbers in the capture', async () => {
    const { slice, frames } = answerInTwo();
    const { tree } = await dissector.dissection(slice, frames.at(-1)!);
    expect(find(tree, 'frame')!.label).toMatch(/^Frame 60: /);
    expect(find(tree, 'frame.number')).toMatchObject({ label: 'Frame Number: 60', value: '60' });
    expect(find(tree, 'tcp.segments')!.label).toContain('#50(20), #60(');
    expect(find(tree, 'tcp.segment')).toMatchObject({ label: 'Frame: 50, payload: 0-19 (20 bytes)', value: '50' });
    expect(find(tree, 'http.request_in')).toMatchObject({ label: 'Request in frame: 40', value: '40' });
  });

  it('answers with no tree where there is no packet', async () => {
    expect(await dissector.dissection({ bytes: arpCapture, numbers: [1, 2] }, new Uint8Array(0))).toEqual({ tree: [], sources: [] });
  });

  it('says in one line why bytes cannot be dissected', async () => {
    await expect(
      dissector.columns({ bytes: Buffer.from('not a capture, but long enough to be read'), numbers: [1] }),
    ).rejects.toMatchObject({
      code: 'tshark.failed',
    });
  });

  it('ends a dissection that takes too long', async () => {
    await expect(new Dissector({ wallSeconds: 0.01 }).columns(arp)).rejects.toMatchObject({ code: 'tshark.failed' });
  });

  it('starts no tshark outside the sandbox', async () => {
    const running = dissector.dissection(arp, arpFrame);
    const { stdout } = await execa('ps', ['-eo', 'pid,ppid,args']);
    const bare = stdout.split('\n').filter((line) => /tshark -n -r/.test(line) && !/bwrap|timeout|prlimit|setpriv/.test(line));
    await running;
    expect(bare.filter((line) => line.includes(` ${process.pid} `))).toEqual([]);
  });
});

describe('the gate (T33)', () => {
  it('runs a few at a time in order and turns away what is too much', async () => {
    const gate = new Gate(2, 3);
    let active = 0;
    let most = 0;
    const order: number[] = [];
    const task = (n: number) =>
      gate.run(async () => {
        most = Math.max(most, ++active);
        await new Promise((resolve) => setImmediate(resolve));
        order.push(n);
        active--;
      });
    const tasks = [1, 2, 3, 4, 5].map(task);
    await expect(task(6)).rejects.toMatchObject({ code: 'tshark.busy' });
    await Promise.all(tasks);
    expect(most).toBe(2);
    expect(order).toEqual([1, 2, 3, 4, 5]);
    await gate.run(async () => order.push(7));
    expect(order.at(-1)).toBe(7);
  });
});

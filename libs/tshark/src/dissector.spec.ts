import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { Dissector } from './dissector.ts';
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
    const [first, ...rest] = await dissector.columns(arpCapture);
    expect(rest).toEqual([]);
    expect(first).toEqual({
      source: '02:00:00:00:00:01',
      destination: 'ff:ff:ff:ff:ff:ff',
      protocol: 'ARP',
      info: 'Who has 192.0.2.2? Tell 192.0.2.1',
    });
  });

  it('gives the protocol tree with positions in the bytes', async () => {
    const tree = await dissector.tree(arpCapture, 1);
    expect(tree.map((node) => node.name)).toEqual(['frame', 'eth', 'arp']);
    const sender = tree[2]!.children.find((node) => node.name === 'arp.src.proto_ipv4');
    expect(sender).toMatchObject({ value: '192.0.2.1', offset: 28, length: 4 });
  });

  it('answers with no tree for a packet that is not there', async () => {
    expect(await dissector.tree(arpCapture, 2)).toEqual([]);
  });

  it('says in one line why bytes cannot be dissected', async () => {
    await expect(dissector.columns(Buffer.from('not a capture, but long enough to be read'))).rejects.toMatchObject({
      code: 'tshark.failed',
    });
  });

  it('ends a dissection that takes too long', async () => {
    await expect(new Dissector({ wallSeconds: 0.01 }).columns(arpCapture)).rejects.toMatchObject({ code: 'tshark.failed' });
  });

  it('starts no tshark outside the sandbox', async () => {
    const running = dissector.tree(arpCapture, 1);
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

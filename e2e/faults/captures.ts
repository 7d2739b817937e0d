/** Captures for the fault tests: this project's traces, made ones that take a while to parse, and real ones where a folder of them is given. */
import { readdirSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { concatenate, PacketScript, text, u16, u8, udp } from '@wirecase/testkit';
import { root } from '../../scripts/bootstrap/modules.mjs';

/** Every trace of e2e/traces. */
export function traces(): string[] {
  return filesUnder(join(root, 'e2e/traces')).filter((path) => /\.(pcap|pcapng)(\.gz|\.zst)?$/.test(path));
}

/** Captures under the folder of WIRECASE_TEST_CAPTURES, largest first; none when it is not set. */
export function realCaptures(): string[] {
  const folder = process.env['WIRECASE_TEST_CAPTURES'];
  if (!folder) return [];
  const files = filesUnder(folder).filter((path) => /\.(pcap|pcapng|cap)$/.test(path));
  return files.sort((a, b) => statSync(b).size - statSync(a).size || a.localeCompare(b));
}

function filesUnder(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Write a capture of `flows` DNS look-ups and a few HTTP requests. `seed` tells captures apart: their times, hence their bytes. */
export async function writeMadeCapture(folder: string, seed: number, flows: number): Promise<string> {
  const path = join(folder, `made-${seed}.pcap`);
  await writeFile(path, madeCapture(seed, flows));
  return path;
}

function madeCapture(seed: number, flows: number): Uint8Array {
  const script = new PacketScript();
  for (let i = 0; i < flows; i++) {
    if (i % 1000 === 0) script.at(seed * 10_000 + i / 10);
    const client = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
    const server = `192.0.2.${1 + (i % 200)}`;
    if (i % 50 === 0) fetchPage(script, client, server, i);
    else lookUp(script, client, server, i);
  }
  return script.capture();
}

function lookUp(script: PacketScript, client: string, server: string, number: number): void {
  const name = concatenate(label(`host-${number}`), label('example'), u8(0));
  const question = concatenate(name, u16(1, 1));
  const sourcePort = 1024 + (number % 60_000);
  script.udp(client, server, 53, concatenate(u16(number & 0xffff, 0x0100, 1, 0, 0, 0), question), sourcePort);
  const answer = concatenate(u16(0xc00c, 1, 1, 0, 300, 4), u8(203, 0, 113, number & 255));
  script.ip(
    server,
    client,
    udp({ sourcePort: 53, destinationPort: sourcePort }, concatenate(u16(number & 0xffff, 0x8180, 1, 1, 0, 0), question, answer)),
  );
}

function fetchPage(script: PacketScript, client: string, server: string, number: number): void {
  const talk = script.tcp(client, server, 80).handshake();
  talk.send('a', `GET /page/${number} HTTP/1.1\r\nHost: example\r\n\r\n`);
  talk.send('b', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  talk.fin('a').fin('b');
}

function label(name: string): Uint8Array {
  return concatenate(u8(name.length), text(name));
}

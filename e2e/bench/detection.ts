/**
 * `npm run bench detection CAPTURE`: CPU that each detector, the inventory of hosts and capture quality cost a packet, in one analysis with
 * everything on. A profile tells whose time it was: that of the outermost detector on the stack, so what it calls is its own. Run from the
 * sources, which is slower than the bundle of the product by about a quarter; shares are comparable.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector/promises';
import { Analyzer } from '@wirecase/engine';
import { readBytes } from '@wirecase/pcap-parser';
import { nodePlatform } from '@wirecase/store/platform';

/** Nanoseconds a packet that all detectors together should cost at most. */
const GOAL_NS = 150;
/** Microseconds between samples; what is more than twice that, the process was waiting for the processor. */
const INTERVAL_US = 250;
const parts = [/\/libs\/detect\/src\/([a-z-]+)\//, /\/libs\/engine\/src\/(hosts|quality)\//];
const dispatch = /\/libs\/engine\/src\/(?:detection|alert-rows)\.ts$/;
const beside = new Set(['hosts', 'quality']);

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('Usage: npm run bench detection CAPTURE');

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
await session.post('Profiler.start');
const before = process.cpuUsage();
const packets = analyze(path);
const { user, system } = process.cpuUsage(before);
const { profile } = await session.post('Profiler.stop');

const shares = sharesOf(profile);
const nsOf = (share: number): number => (share * (user + system) * 1000) / packets;
const sum = (names: readonly string[]): number => nsOf(names.reduce((total, name) => total + shares.get(name)!, 0));
const detectors = [...shares.keys()].filter((name) => !beside.has(name));
console.log(`${packets} packets, ${((user + system) / 1e6).toFixed(1)} s CPU; ns a packet:`);
for (const [name, share] of [...shares].sort(([, a], [, b]) => b - a))
  console.log(`${name.padEnd(24)}${nsOf(share).toFixed(0).padStart(6)}`);
console.log(`${'all detection'.padEnd(24)}${sum(detectors).toFixed(0).padStart(6)}  (goal ${GOAL_NS})`);

/** Packets of the capture. */
function analyze(capture: string): number {
  const analyzer = new Analyzer({ platform: nodePlatform, sink: { record() {} }, captureSha256: new Uint8Array(32) });
  const file = openSync(capture, 'r');
  const buffer = new Uint8Array(readBytes);
  for (let length = readSync(file, buffer); length > 0; length = readSync(file, buffer)) analyzer.push(buffer.subarray(0, length));
  closeSync(file);
  return analyzer.finish().packets;
}

/** By part, its share of all time. */
function sharesOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Map<string, number> {
  const owners = new Map<number, string | null>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const enter = (id: number, outer: string | null): void => {
    const { callFrame, children = [] } = byId.get(id)!;
    const owner = outer === null || outer === 'dispatch' ? (partOf(callFrame.url) ?? outer) : outer;
    owners.set(id, owner);
    for (const child of children) enter(child, owner);
  };
  enter(nodes[0]!.id, null);
  const spans = timeDeltas.map((delta) => Math.min(delta, 2 * INTERVAL_US));
  const total = spans.reduce((all, span) => all + span, 0);
  const shares = new Map<string, number>();
  for (const [i, id] of samples.entries()) {
    const owner = owners.get(id);
    if (owner) shares.set(owner, (shares.get(owner) ?? 0) + spans[i]! / total);
  }
  return shares;
}

function partOf(url: string): string | null {
  for (const part of parts) {
    const name = part.exec(url)?.[1];
    if (name !== undefined) return name;
  }
  return dispatch.test(url) ? 'dispatch' : null;
}

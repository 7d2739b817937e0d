/** Detectors that hear of packets and flows key their state by numbers: a string key costs them a microsecond a packet. */
import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const detectors = 'libs/detect/src';
/** Shared by detectors that hear of records, of which there are few. */
const seldom = new Set([`${detectors}/told.ts`]);
/** Hooks that run for every packet, or for the one packet of each flow of a flood. */
const perPacket =
  /^ {2}(?:packet|lone|icmp|echo|unasked|reflectable|attempted|answered|refused|established|served|ended|arp|neighbour|stray|advance)\(/m;
/** Text made for a look-up: in its place, in a name for it, or as what a map is keyed by. */
const made = String.raw`(?:\x60|[^;\n]*(?:\.toString\(|\.join\(|formatIp\(|\+ ?'|' ?\+))`;
const stringKeys = [
  new RegExp(String.raw`\.(?:get|set|has|add|delete)\(${made}`),
  new RegExp(String.raw`\b\w*[kK]ey\w* = ${made}`),
  /new (?:Map<string\b|Set<string>)/,
];
/** Every such key below `directory`, as `file:line: code`. */
export function stringKeysOfDetectors(directory: string): string[] {
  const files = globSync(`${detectors}/**/*.ts`, { cwd: directory }).filter((path) => !/\.(spec|fixture)\.ts$/.test(path));
  const texts = new Map(files.sort().map((path) => [path, readFileSync(join(directory, path), 'utf8')]));
  const hot = new Set([detectors, ...files.filter((path) => perPacket.test(texts.get(path)!)).map((path) => dirname(path))]);
  return [...texts]
    .filter(([path]) => hot.has(dirname(path)) && !seldom.has(path))
    .flatMap(([path, text]) => stringKeysIn(text).map((found) => `${path}:${found}`));
}

function stringKeysIn(text: string): string[] {
  return text.split('\n').flatMap((line, i) => (stringKeys.some((pattern) => pattern.test(line)) ? [`${i + 1}: ${line.trim()}`] : []));
}

/** What was done in a capture of the lab: one JSON object a line in `NAME.labels.jsonl`, beside `NAME.pcap`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Label {
  /** `scan.syn`, `flood.udp` ...; `benign` for what must stay quiet. */
  class: string;
  /** Alert classes that name it, the best first. Empty for `benign`. */
  alerts: readonly string[];
  /** ATT&CK technique, empty for `benign`. */
  technique: string;
  tool: string;
  speed: string;
  /** Drawn packets a second. */
  rate: number;
  /** As it was run, without the namespace. */
  command: string;
  /** Addresses; MAC addresses for ARP. */
  attackers: readonly string[];
  victims: readonly string[];
  /** Seconds since 1970. */
  start: number;
  end: number;
  /** Which factor the times of the capture were stretched by, 1 for none. */
  stretched: number;
}

export function readLabels(path: string): Label[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Label);
}

/** The labelled captures of a directory, by name. */
export function capturesIn(directory: string): string[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.labels.jsonl'))
    .toSorted()
    .map((file) => join(directory, file.replace('.labels.jsonl', '.pcap')));
}

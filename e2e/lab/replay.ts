/**
 * Whether each alert of the lab comes again from its own evidence, how little that is, and whether the evidence holds nothing that can be
 * missed: up to its crossing, a packet less and the alert is gone.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { AlertRow } from '@wirecase/contract';
import { CaptureReader, PcapngWriter } from '@wirecase/pcap-parser';
import { alertEvidence, alertsOf, isLike } from '@wirecase/store';
import { capturesIn } from './labels.ts';

/** Packets of one evidence that are left out in turn. */
const LEFT_OUT = 12;

interface Replay {
  capture: string;
  alert: AlertRow;
  /** Whether the same alert came again: rule, entities and times. */
  isWhole: boolean;
  /** Whether an alert like it up to the crossing came. */
  isCrossing: boolean;
  packets: number;
  /** Of the bytes of the capture. */
  share: number;
  /** Packets of the evidence up to the crossing, those of them left out in turn, and how often no alert of its class came then. */
  crossing: number;
  leftOut: number;
  cleared: number;
}

/** Print what became of each alert of the captures in `directory`, and the sums. */
export async function replay(directory: string): Promise<void> {
  const done: Replay[] = [];
  for (const path of capturesIn(directory)) {
    const bytes = readFileSync(path);
    for (const alert of alertsOf([bytes], {})) {
      const result = await replayed(path, bytes.length, alert);
      done.push(result);
      console.log(lineOf(result));
    }
  }
  const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
  const percent = (share: number): string => `${(100 * share).toFixed(3)} %`;
  const sum = (value: (each: Replay) => number): number => done.reduce((total, each) => total + value(each), 0);
  console.log(
    `\n${done.length} alerts: ${sum(({ isWhole }) => Number(isWhole))} came again whole, ${sum(({ isCrossing }) => Number(isCrossing))} at ` +
      `their crossing. Evidence is ${percent(median(done.map(({ share }) => share)))} of the capture (median), ${percent(Math.max(...done.map(({ share }) => share)))} at most. ` +
      `${sum(({ cleared }) => cleared)} of ${sum(({ leftOut }) => leftOut)} packets left out cleared the alert.`,
  );
}

async function replayed(path: string, size: number, alert: AlertRow): Promise<Replay> {
  const whole = await alertEvidence(path, alert);
  const { capture, packets } = await alertEvidence(path, alert, 'crossing');
  const step = Math.max(1, Math.ceil(packets / LEFT_OUT));
  let [leftOut, cleared] = [0, 0];
  for (let i = 0; i < packets; i += step) {
    leftOut++;
    if (!alertsOf([without(capture, i)], {}).some((each) => isLike(each, alert, 'crossing'))) cleared++;
  }
  return {
    capture: basename(path),
    alert,
    isWhole: alertsOf([whole.capture], {}).some((each) => isLike(each, alert, 'whole')),
    isCrossing: alertsOf([capture], {}).some((each) => isLike(each, alert, 'crossing')),
    packets: whole.packets,
    share: whole.capture.length / size,
    crossing: packets,
    leftOut,
    cleared,
  };
}

function lineOf({ capture, alert, isWhole, isCrossing, packets, share, crossing, leftOut, cleared }: Replay): string {
  const again = isWhole ? 'whole' : isCrossing ? 'crossing' : 'NOT';
  const missed = cleared < leftOut ? ` KEEPS ${leftOut - cleared}` : '';
  return `${again.padEnd(8)} ${alert.alertClass.padEnd(22)} ${String(packets).padStart(6)} packets ${(100 * share).toFixed(3).padStart(8)} %  crossing ${crossing}, ${cleared}/${leftOut} clear it${missed}  ${capture}`;
}

/** The capture without its packet at `position`, from 0. */
function without(capture: Uint8Array, position: number): Uint8Array {
  const reader = new CaptureReader();
  reader.push(capture);
  reader.finish();
  const pieces: Uint8Array[] = [];
  let writer: PcapngWriter | null = null;
  for (let at = 0; reader.next(); at++) {
    if (!writer) {
      const interfaces = reader.interfaces.map(({ linkType, snapLength, name }) => ({ linkType, snapLength, name }));
      writer = new PcapngWriter(interfaces, 'lab');
      pieces.push(writer.begin());
    }
    if (at !== position) pieces.push(writer.packet(reader, reader.interfaceId));
  }
  return Buffer.concat(pieces);
}

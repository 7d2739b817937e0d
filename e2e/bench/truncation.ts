/** `npm run bench truncation FOLDER [CAPTURES]`: the first CAPTURES (20) sound captures of at most 64 KiB, an equal share of each format, cut at every byte. */
import { type SoundCapture, soundCaptures } from '../hostile/frames.ts';
import { truncateCaptures } from '../hostile/truncation.ts';

const [folder, count = '20'] = process.argv.slice(2);
if (!folder) throw new Error('Usage: npm run bench truncation FOLDER [CAPTURES]');
const byFormat = Map.groupBy(soundCaptures(folder, { maxBytes: 65_536, minFrames: 3 }), ({ bytes }) =>
  Buffer.from(bytes.subarray(0, 4)).toString('hex'),
);
const chosen: SoundCapture[] = [];
for (let i = 0; chosen.length < Number(count) && [...byFormat.values()].some((of) => i < of.length); i++) {
  for (const of of byFormat.values()) if (i < of.length && chosen.length < Number(count)) chosen.push(of[i]!);
}
const report = truncateCaptures(chosen);
for (const fault of report.faults) console.log(fault);
console.log(
  `${report.captures} captures of ${byFormat.size} formats (${[...byFormat.keys()].join(' ')}) cut at ${report.cuts} places: ` +
    `${report.read} of ${report.expected} packets before the cut read, ${report.invented} invented`,
);

/** `npm run bench damage FOLDER [CAPTURES] [SEED]`: one record damaged in each of CAPTURES (300) copies of the folder's sound captures. */
import { damageCaptures } from '../hostile/damage.ts';
import { soundCaptures } from '../hostile/frames.ts';

const [folder, count = '300', seed = '1'] = process.argv.slice(2);
if (!folder) throw new Error('Usage: npm run bench damage FOLDER [CAPTURES] [SEED]');
const sound = soundCaptures(folder, { minFrames: 5 });
const report = damageCaptures(sound, Number(count), Number(seed));
for (const fault of report.faults) console.log(fault);
const share = ((100 * report.recovered) / report.intact).toFixed(3);
console.log(
  `${report.captures} captures (of ${sound.length} sound ones): ${report.recovered} of ${report.intact} intact packets read (${share} %), ` +
    `${report.invented} invented, slowest ${report.slowestMs.toFixed(0)} ms`,
);

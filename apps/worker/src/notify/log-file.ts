/** The alert log: one EVE JSON event a line, in `log/alerts.json` of the data folder; full ones move to `alerts.1.json` and on. */
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { eveAlert, eveTime, parseTime, sightLines } from '@wirecase/contract';
import type { Message } from './messages.ts';

const FULL_BYTES = 16 * 1024 * 1024;
/** Full ones that are kept. */
const KEPT = 5;

export async function writeLog(dataDir: string, message: Message, fullBytes = FULL_BYTES): Promise<void> {
  const folder = join(dataDir, 'log');
  await mkdir(folder, { recursive: true, mode: 0o750 });
  const path = join(folder, 'alerts.json');
  const size = await stat(path).then(
    (found) => found.size,
    () => 0, // the first line makes it
  );
  if (size >= fullBytes) await rotate(folder);
  const events: object[] = [
    ...message.alerts.map((alert) => eveAlert(alert, sightLines(alert.unseen))),
    ...message.notices.map(({ at, kind, severity, sensorId, sensor, detail }) => ({
      timestamp: eveTime(parseTime(at)!),
      event_type: 'sensor',
      sensor: { id: sensorId, name: sensor, kind, severity, detail },
    })),
  ];
  if (events.length === 0)
    events.push({ timestamp: eveTime(BigInt(Date.now()) * 1_000_000n), event_type: 'test', test: { id: message.id } });
  const file = await open(path, 'a', 0o640);
  try {
    await file.writeFile(events.map((event) => `${JSON.stringify(event)}\n`).join(''));
    await file.sync();
  } finally {
    await file.close();
  }
}

async function rotate(folder: string): Promise<void> {
  const name = (number: number) => join(folder, number === 0 ? 'alerts.json' : `alerts.${number}.json`);
  for (let number = KEPT - 1; number >= 0; number--) {
    await rename(name(number), name(number + 1)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

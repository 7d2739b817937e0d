/** Rows of a capture by record, as benches compare them with those of other tools. */
import type { Fields, RecordType, RowOf } from '@wirecase/contract';
import { Analyzer } from '@wirecase/engine';
import { openCapture } from '@wirecase/store/capture-source';
import { nodePlatform } from '@wirecase/store/platform';

/** Name of the record -> what `said` makes of its rows, in order. No alerts; each flow of a scan or flood has a row. */
export async function captureRows<Said>(
  path: string,
  said: <F extends Fields>(type: RecordType<F>, row: RowOf<F>) => Said,
): Promise<Map<string, Said[]>> {
  const rows = new Map<string, Said[]>();
  const analyzer = new Analyzer({
    platform: nodePlatform,
    captureSha256: new Uint8Array(32),
    options: { alerts: false, collapse: false },
    sink: {
      record(type, row) {
        const known = rows.get(type.name);
        if (known) known.push(said(type, row));
        else rows.set(type.name, [said(type, row)]);
      },
    },
  });
  for await (const chunk of (await openCapture(path)).chunks()) analyzer.push(chunk);
  analyzer.finish();
  return rows;
}

/** What the detectors of alerts could not see of their hosts, and of a sensor's packets dropped meanwhile. */
import { blindSpots, type AlertRow, type AlertSight } from '@wirecase/contract';
import { registry, type Entity } from '@wirecase/detect';
import type { Pool } from './pool.ts';
import { QualityReader } from './quality-reader.ts';

/** Hosts of an alert of which it is told one by one what could not be seen. */
const hostsTold = 8;

export type SeenAlert = Pick<AlertRow, 'ruleId' | 'entities' | 'start' | 'end'> & { captureId: string };

export class AlertSights {
  readonly #reader: QualityReader;

  constructor(pool: Pool) {
    this.#reader = new QualityReader(pool);
  }

  /** By host that the alert names; by all of the traffic in that time where none of them has figures. */
  async of({ captureId, ruleId, entities, start, end }: SeenAlert): Promise<AlertSight[]> {
    const wanted = registry.find(({ rule: { id } }) => id === ruleId)?.rule.needs ?? [];
    const ips = [...new Set((entities as readonly Entity[]).flatMap(({ ip }) => ip ?? []))].slice(0, hostsTold);
    const times = { captureId, from: start, to: end };
    const [drops, hosts] = await Promise.all([this.#reader.drops(times), this.#reader.ofHosts({ ...times, ips })]);
    const told = ips.flatMap((ip) => {
      const figures = hosts.get(ip);
      return figures ? [{ ip, flows: figures.flows, unseen: blindSpots(wanted, figures, drops) }] : [];
    });
    if (told.length > 0) return told;
    const figures = await this.#reader.ofTime(times);
    return [{ ip: null, flows: figures.flows, unseen: blindSpots(wanted, figures, drops) }];
  }
}

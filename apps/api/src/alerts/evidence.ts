import { Injectable } from '@nestjs/common';
import type { AlertRow } from '@wirecase/contract';
import { alertEvidence, DetectionRepository, type AlertEvidence, type Likeness } from '@wirecase/store';
import { Packets } from '../packets/packets.ts';
import { Search } from '../search/search.ts';

/** Evidence of alerts as captures. Finding the least packets takes the engine up to seconds: one alert at a time. */
@Injectable()
export class Evidence {
  private last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly search: Search,
    private readonly packets: Packets,
    private readonly detection: DetectionRepository,
  ) {}

  of(alertId: string, likeness: Likeness): Promise<AlertEvidence> {
    const turn = this.last.then(async () => {
      const { captureId, ...alert } = await this.search.storedAlert(alertId);
      const { capture } = await this.packets.files(captureId);
      const { options } = await this.detection.settingsOf(captureId);
      return alertEvidence(capture, alert satisfies AlertRow, likeness, { detectors: options });
    });
    this.last = turn.catch(() => undefined); // its caller hears of it; the next one goes on
    return turn;
  }
}

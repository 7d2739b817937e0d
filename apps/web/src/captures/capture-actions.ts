import { Service, inject } from '@angular/core';
import type { Capture } from '@wirecase/contract';
import { CapturesApi } from '../api/captures-api.ts';
import { LiveCaptures } from '../app/live-captures.ts';
import { Notices } from '../app/notices.ts';
import { Confirm } from '../ui/confirm.ts';

/** What one can do to a capture, from the list and from its own page. */
@Service()
export class CaptureActions {
  private readonly api = inject(CapturesApi);
  private readonly captures = inject(LiveCaptures);
  private readonly notices = inject(Notices);
  private readonly confirm = inject(Confirm);

  async retry(capture: Capture): Promise<void> {
    try {
      this.captures.put(await this.api.retry(capture.id));
    } catch (error) {
      this.notices.fail('Parsing again', error);
    }
  }

  /** With the present options of detection. */
  async reanalyze(capture: Capture): Promise<void> {
    try {
      this.captures.put(await this.api.reanalyze(capture.id));
      this.notices.say(`${capture.name} is analysed again; its rows stay until the new ones are there.`);
    } catch (error) {
      this.notices.fail('Analysing again', error);
    }
  }

  /** Returns whether it was deleted. */
  async remove(capture: Capture): Promise<boolean> {
    const agreed = await this.confirm.ask({
      heading: `Delete ${capture.name}?`,
      text: 'Its flows, records, alerts and the original file are removed from this server for good.',
      action: 'Delete capture',
    });
    if (!agreed) return false;
    try {
      await this.api.remove(capture.id);
      this.captures.drop(capture.id);
      this.notices.say(`${capture.name} was deleted.`);
      return true;
    } catch (error) {
      this.notices.fail('Deleting', error);
      return false;
    }
  }

  async addSample(): Promise<void> {
    try {
      this.captures.put(await this.api.addSample());
    } catch (error) {
      this.notices.fail('Adding the sample', error);
    }
  }

  downloadUrl(capture: Capture): string {
    return this.api.downloadUrl(capture.id);
  }
}

import { printFailure, Failure } from '../../bootstrap/failure.mjs';
import { warn } from '../../bootstrap/steps.mjs';
import type { StopRequest } from '../stop-request.ts';
import type { Part, PartEvents } from './part.ts';

/** The parts that are running, in the order in which they were started; ended in the opposite order. */
export class PartList {
  readonly events: PartEvents;
  private readonly parts: Part[] = [];
  private readonly stopRequest: StopRequest;

  constructor(stopRequest: StopRequest) {
    this.stopRequest = stopRequest;
    this.events = { say: warn, gaveUp: (part) => this.giveUp(part) };
    stopRequest.onInsistence(() => {
      for (const part of this.parts) part.kill();
    });
  }

  /** Start a part, unless the end has begun meanwhile. */
  start(part: Part): void {
    if (this.stopRequest.isRequested) throw new Failure('Ended while starting.');
    this.parts.push(part);
    part.start();
  }

  async stopAll(): Promise<void> {
    for (const part of this.parts.toReversed()) await part.stop();
  }

  private giveUp(part: Part): void {
    printFailure(new Failure(`${part.name} crashes again and again. Everything is ended.`, { log: part.logPath, tail: part.tail }));
    process.exitCode = 1;
    this.stopRequest.request();
  }
}

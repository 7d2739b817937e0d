import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { EvidenceStore } from '@wirecase/store';
import { Loop } from '../loop.ts';
import { OncePerMinute } from '../status/once-per-minute.ts';

const LOOK_MS = 60_000;

/** Removes files that no capture owns: what a crash left, and those of captures that were deleted on another machine. */
@Injectable()
export class GarbageService implements OnModuleInit, OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Garbage');
  private readonly log = new OncePerMinute();
  private readonly loop = new Loop();

  constructor(private readonly evidence: EvidenceStore) {}

  async onModuleInit(): Promise<void> {
    await this.evidence.prepare();
  }

  onApplicationBootstrap(): void {
    this.loop.start(() => this.collect(), LOOK_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.loop.stop();
  }

  private async collect(): Promise<void> {
    try {
      for (const path of await this.evidence.collectGarbage()) this.logger.log(`removed ${path}, which no capture owns`);
    } catch (error) {
      // PostgreSQL or the disk is away: the next look does what this one could not.
      if (this.log.isDue()) this.logger.warn((error as Error).message);
    }
  }
}

import { hostname } from 'node:os';
import { Inject, Injectable, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { EvidenceServer, EvidenceStore, type Config } from '@wirecase/store';
import { CONFIG } from '../tokens.ts';

/** Gives files of this machine's sensors to an API on another one. */
@Injectable()
export class EvidenceService implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly server: EvidenceServer;
  private running: Promise<void> = Promise.resolve();

  constructor(evidence: EvidenceStore, @Inject(CONFIG) config: Config) {
    this.server = new EvidenceServer(config.redisUrl, hostname(), (captureId) => evidence.paths(captureId));
  }

  onApplicationBootstrap(): void {
    this.running = this.server.run();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.server.close();
    await this.running;
  }
}

import type { Config } from '@wirecase/store';

/** The checked configuration and what of this build everyone may know. */
export class Settings {
  readonly config: Config;
  readonly version: string;
  /** Folder of the built UI. */
  readonly webDirectory: string;
  /** Capture that `POST /captures/sample` takes. */
  readonly sampleFile: string;

  constructor(config: Config, version: string, webDirectory: string, sampleFile: string) {
    this.config = config;
    this.version = version;
    this.webDirectory = webDirectory;
    this.sampleFile = sampleFile;
  }

  get isTls(): boolean {
    return this.config.tls !== null;
  }
}

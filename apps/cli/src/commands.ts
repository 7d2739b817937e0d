/** The commands of `wirecase`. Each is loaded only when it is run. */
export interface Command {
  /** One line for the list of commands. */
  readonly summary: string;
  /** Gives the command: arguments in, exit code out. */
  load(): Promise<(argv: readonly string[]) => Promise<number>>;
}

export const commands: Readonly<Record<string, Command>> = {
  analyze: {
    summary: 'flows, protocol records and alerts of capture files, without a server',
    load: async () => (await import('./analyze.ts')).analyze,
  },
  capture: {
    summary: 'the same of packets as they come: from an interface, a pipe or a PCAP-over-IP server',
    load: async () => (await import('./capture.ts')).capture,
  },
  upload: {
    summary: 'send capture files to a server',
    load: async () => (await import('./upload.ts')).upload,
  },
  keys: {
    summary: 'make, list and revoke API keys of the server on this machine',
    load: async () => (await import('./keys.ts')).keys,
  },
};

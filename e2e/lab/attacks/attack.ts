/** An attack by one tool, before its parameters are drawn and after. */
import type { Host, Site } from '../site.ts';

export type Speed = 'fast' | 'medium' | 'slow' | 'crawl';

export interface Attack {
  class: string;
  /** Alert classes that name it, the best first. */
  alerts: readonly string[];
  technique: string;
  tool: string;
  needs: readonly string[];
  /** Packets (or tries) a second at each speed, the rate is drawn between the two. */
  speeds: Readonly<Partial<Record<Speed, readonly [number, number]>>>;
  /** `rate` a second. */
  plan(site: Site, rate: number, speed: Speed): Plan;
}

export interface Plan {
  jobs: readonly { host: Host; argv: readonly string[] }[];
  attackers: readonly string[];
  victims: readonly string[];
  /** It is ended after that. */
  seconds: number;
}

/** Servers that are not always there, by the service that is attacked. */
export const serversOf: Readonly<Record<string, readonly string[]>> = { ftp: ['vsftpd'], smb: ['smbd'], rdp: ['xrdp'], vnc: ['Xtigervnc'] };

/** A plan of one command. */
export function single(host: Host, command: string, attackers: readonly string[], victims: readonly string[], seconds: number): Plan {
  return { jobs: [{ host, argv: command.split(' ') }], attackers, victims, seconds };
}

/** Bursts of a tool that knows no rate: `command` sends the number of packets that it is given, twenty times with a pause. */
export function inBursts(command: (packets: number) => string, rate: number, victims: readonly string[]): Plan {
  const script = `for i in $(seq 20); do ${command(Math.round(rate / 5))}; sleep 0.2; done`;
  return { jobs: [{ host: 'evil', argv: ['bash', '-c', script] }], attackers: [], victims, seconds: 20 };
}

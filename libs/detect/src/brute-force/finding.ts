/** Findings about guessed passwords: rows and the sentences that explain them. */
import { formatIp } from '@wirecase/contract';
import type { Entity, Finding } from '../detector.ts';
import { type Episode, spanText } from '../tally.ts';

/** Names in a sentence. */
const MAX_NAMED = 5;
const MAX_ENTITIES = 256;

/** What is known of the guessing at one host, or at many. */
export interface Guessing {
  service: string;
  source: Uint8Array;
  victims: readonly Uint8Array[];
  /** As which the source failed, at most `MAX_USERS`. */
  users: readonly string[];
  /** Whether the outcome of the logins could be seen. */
  isSeen: boolean;
  /** A login succeeded after the threshold was crossed; as this user, where it is known. */
  hasSucceeded: boolean;
  succeededAs: string | null;
}

export function guessingFinding(guessing: Guessing, episode: Episode, threshold: number, window: number, sprayUsers: number): Finding {
  const { service, source, victims, users, isSeen, hasSucceeded } = guessing;
  const isSpray = victims.length > 1 || users.length >= sprayUsers;
  const attacker = formatIp(source);
  const where = victims.length === 1 ? formatIp(victims[0]!) : `${victims.length} hosts`;
  const tries = isSeen
    ? `failed to log in to ${where} by ${service} ${episode.count} times`
    : `tried ${episode.count} logins at ${where} by ${service}`;
  return {
    start: episode.startNs,
    end: episode.endNs,
    detectedAt: episode.detectedAtNs,
    severity: hasSucceeded ? 85 : Math.min(69, 55 + 5 * Math.floor(Math.log10(episode.count))),
    confidence: isSeen ? 0.9 : 0.6,
    techniques: [isSpray ? 'T1110.003' : 'T1110.001'],
    sourceIp: source,
    destinationIp: victims.length === 1 ? victims[0]! : null,
    alertClass: isSpray ? 'brute-force.spray' : 'brute-force.password',
    entities: [
      { role: 'attacker', ip: attacker },
      ...victims.slice(0, MAX_ENTITIES).map((victim): Entity => ({ role: 'victim', ip: formatIp(victim) })),
    ],
    evidence: {
      metric: victims.length > 1 ? 'hosts with failed logins' : isSeen ? 'failed logins' : 'logins of unknown outcome',
      value: victims.length > 1 ? victims.length : episode.count,
      threshold,
      window,
      packets: episode.packets,
    },
    explanation:
      `${attacker} ${tries} in ${spanText(episode.endSeconds - episode.startSeconds)}${usersText(users)}.` +
      `${hasSucceeded ? ` Then it was let in${guessing.succeededAs === null ? '' : ` as ${guessing.succeededAs}`}.` : ''} ` +
      `The threshold is ${threshold} ${victims.length > 1 ? 'hosts' : 'logins'} within ${window} s.`,
  };
}

function usersText(users: readonly string[]): string {
  if (users.length === 0) return '';
  const named = users.slice(0, MAX_NAMED).join(', ');
  return users.length > MAX_NAMED ? `, as ${users.length} users (${named} ...)` : `, as ${named}`;
}

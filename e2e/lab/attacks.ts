/** All attacks of the lab: one entry for each class and tool. */
import { arpAttacks } from './attacks/arp.ts';
import type { Attack } from './attacks/attack.ts';
import { covert } from './attacks/covert.ts';
import { floods } from './attacks/floods.ts';
import { neighbourAttacks } from './attacks/neighbours.ts';
import { patatorGuesses } from './attacks/guesses.ts';
import { loginsAndTunnels } from './attacks/others.ts';
import { otherTools } from './attacks/other-tools.ts';
import { scans } from './attacks/scans.ts';
import { switchAttacks } from './attacks/switches.ts';
import { sweeps } from './attacks/sweeps.ts';
import { webAttacks } from './attacks/web.ts';

export const attacks: readonly Attack[] = [
  ...scans,
  ...sweeps,
  ...floods,
  ...arpAttacks,
  ...neighbourAttacks,
  ...loginsAndTunnels,
  ...otherTools,
  ...covert,
  ...webAttacks,
  ...patatorGuesses,
  ...switchAttacks,
];

/** Protocols that are told by their first bytes alone: no record is made of them. One table a theme; see signature.ts. */
import { applicationSignatures } from './applications.ts';
import { clusterSignatures } from './clusters.ts';
import { dataSignatures } from './data.ts';
import { earlySignatures } from './early.ts';
import { gameSignatures } from './games.ts';
import { industrialSignatures } from './industrial.ts';
import { mediaSignatures } from './media.ts';
import { networkSignatures } from './network.ts';
import { playSignatures } from './play.ts';
import { remoteSignatures } from './remote.ts';
import { routingSignatures } from './routing.ts';
import { serviceSignatures } from './services.ts';
import type { Signature } from './signature.ts';
import { systemSignatures } from './systems.ts';
import { thingSignatures } from './things.ts';
import { vpnSignatures } from './vpn.ts';

export const signatures: readonly Signature[] = [
  ...networkSignatures,
  ...dataSignatures,
  ...clusterSignatures,
  ...vpnSignatures,
  ...gameSignatures,
  ...remoteSignatures,
  ...serviceSignatures,
  ...industrialSignatures,
  ...mediaSignatures,
  ...applicationSignatures,
  ...playSignatures,
  ...thingSignatures,
  ...routingSignatures,
  ...earlySignatures,
  ...systemSignatures,
];

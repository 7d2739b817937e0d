/** Secrets of credentials, read from the packets again: the engine over the packets of one flow up to the one that told of it. */
import type { CredentialRow } from '@wirecase/contract';
import { Analyzer, type PacketRef } from '@wirecase/engine';
import { nodePlatform } from './platform.ts';
import type { PacketSlices } from './slice.ts';

/** A flow's bytes that are gone through: an FTP or mail login stands early, one in a long connection of HTTP is given up. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The secret of `credential`, whose flow has the packets `refs`; `null` when they do not give it again. */
export async function secretOf(slices: PacketSlices, refs: readonly PacketRef[], credential: CredentialRow): Promise<string | null> {
  let found: string | null = null;
  const analyzer = new Analyzer({
    platform: nodePlatform,
    captureSha256: new Uint8Array(32),
    sink: { record: () => {} },
    options: { alerts: false, collapse: false },
    onSecret: ({ time, kind, user, protocol }, secret) => {
      const isSame = time === credential.time && kind === credential.kind && user === credential.user;
      if (isSame && protocol === credential.protocol) found ??= secret;
    },
  });
  let bytes = 0;
  for await (const piece of slices.pcapng(refs.filter(({ number }) => number <= credential.packet))) {
    if ((bytes += piece.length) > MAX_BYTES) return null;
    analyzer.push(piece);
  }
  analyzer.finish();
  return found;
}

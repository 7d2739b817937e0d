/** Which flows hide what they carry. */
import type { FlowRow } from '@wirecase/contract';

/** Protocols that encrypt all but how they begin, and transports that do. */
const encrypting: ReadonlySet<string> = new Set(['tls', 'dtls', 'quic', 'ssh', 'wireguard', 'openvpn', 'isakmp', 'zerotier']);

/** Whether the flow is by a protocol that encrypts; a port alone says nothing of it. */
export function isEncrypted({ protocols, identifiedBy, transport }: FlowRow): boolean {
  if (transport === 'esp') return true;
  if (identifiedBy !== 'content') return false;
  for (const protocol of protocols) if (encrypting.has(protocol)) return true;
  return false;
}

import { proveSandbox, type Proof } from './proofs.ts';
import { findTools, type Tools } from './tools.ts';

/** Whether Wireshark's tools may be used, and the evidence. */
export interface DissectorStatus {
  available: boolean;
  tsharkVersion: string | null;
  /** Why not, and what to do; null when available. */
  reason: string | null;
  proofs: Proof[];
}

/** `tools` is null when `status` says why they may not be used. */
export interface ProvedTools {
  tools: Tools | null;
  status: DissectorStatus;
}

/** Find the tools and prove the sandbox that they will run in. Takes about two seconds. */
export async function provedTools(): Promise<ProvedTools> {
  const tools = await findTools();
  if ('missing' in tools) {
    const reason = `Not installed: ${tools.missing.join(', ')}. To see packet trees, ${tools.advice}.`;
    return { tools: null, status: { available: false, tsharkVersion: null, reason, proofs: [] } };
  }
  const proofs = await proveSandbox(tools);
  const broken = proofs.filter((proof) => !proof.holds);
  const reason =
    broken.length === 0
      ? null
      : `The sandbox does not hold on this machine, so tshark is not run: ${broken.map((proof) => `${proof.claim} (${proof.observed})`).join('; ')}.`;
  return {
    tools: reason === null ? tools : null,
    status: { available: reason === null, tsharkVersion: tools.tsharkVersion, reason, proofs },
  };
}

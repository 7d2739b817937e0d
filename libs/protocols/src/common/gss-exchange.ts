/** Authentication by GSS-API tokens inside another protocol: NTLM or a Kerberos ticket, with the carrier's word on how it ended. */
import type { FlowContext } from '@wirecase/contract';
import { readShownTicket, type KerberosRow } from './kerberos.ts';
import { kerberosRecord } from './kerberos-record.ts';
import { NtlmExchange } from './ntlm.ts';
import { ntlmRecord } from './ntlm-record.ts';

/** Records that a carrier may emit by this. */
export const gssRecords = [ntlmRecord, kerberosRecord] as const;

export class GssExchange {
  readonly ntlm: NtlmExchange;
  private readonly context: FlowContext;
  private readonly carrier: string;
  private ticket: KerberosRow | null = null;

  constructor(context: FlowContext, carrier: string) {
    this.context = context;
    this.carrier = carrier;
    this.ntlm = new NtlmExchange(context, carrier);
  }

  /** Whether a client's proof was seen and no outcome yet. */
  get isWaiting(): boolean {
    return this.ticket !== null || this.ntlm.isWaiting;
  }

  /** Read a token of either side. */
  take(bytes: Uint8Array, start: number, end: number): void {
    if (this.ntlm.take(bytes, start, end)) return;
    const ticket = readShownTicket(bytes, start, end);
    if (!ticket) return;
    if (this.ticket) this.finish(null);
    this.ticket = ticket;
  }

  /** How it ended: tell what is known and begin anew. */
  finish(success: boolean | null): void {
    this.ntlm.finish(success);
    if (!this.ticket) return;
    this.context.emit(kerberosRecord, { ...this.ticket, carrier: this.carrier, success });
    this.ticket = null;
  }
}

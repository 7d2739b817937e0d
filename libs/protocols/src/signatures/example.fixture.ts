/** What each signature knows, and what is almost it; the examples of each theme are beside its signatures. */
import { hexBytes, textBytes } from '@wirecase/testkit';

export const hex = (text: string, padTo = 0): Uint8Array => {
  const bytes = hexBytes(text);
  const padded = new Uint8Array(Math.max(bytes.length, padTo));
  padded.set(bytes);
  return padded;
};
export const joined = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(parts.flatMap((part) => [...part]));

export interface Example {
  name: string;
  transport: 'tcp' | 'udp';
  /** As the specification has it. */
  bytes: Uint8Array;
  /** Almost: what a protocol that is not this one could say. */
  near: Uint8Array;
  /** Of the responder, for what is believed on its ports only. */
  port?: number;
}

export const example = (name: string, transport: 'tcp' | 'udp', bytes: Uint8Array, near: Uint8Array, port?: number): Example =>
  port === undefined ? { name, transport, bytes, near } : { name, transport, bytes, near, port };
export const same = (name: string, transport: 'tcp' | 'udp', bytes: string, near: string, port?: number): Example =>
  example(name, transport, hex(bytes), hex(near), port);
export const said = (name: string, transport: 'tcp' | 'udp', line: string, near: string, port?: number): Example =>
  example(name, transport, textBytes(line), textBytes(near), port);

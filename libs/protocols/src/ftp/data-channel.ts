/** Where a data connection goes to: PORT and PASV (RFC 959 4.1.2), EPRT and EPSV (RFC 2428). */
import { parseIp } from '@wirecase/contract';

export interface DataChannel {
  /** `null`: the address of the control connection (EPSV). */
  ip: Uint8Array | null;
  port: number;
}

/** By a command and its argument, or `null`. */
export function channelOfCommand(command: string, argument: string): DataChannel | null {
  if (command === 'PORT') return sixNumbers(argument);
  if (command !== 'EPRT') return null;
  const parts = /^(.)[12]\1([0-9A-Fa-f.:]{2,45})\1(\d{1,5})\1$/.exec(argument);
  const ip = parts && parseIp(parts[2]!);
  return parts && ip ? withPort(ip, Number(parts[3])) : null;
}

/** By a reply to PASV (227) or EPSV (229), or `null`. */
export function channelOfReply(code: number, text: string): DataChannel | null {
  if (code === 227) return sixNumbers(text);
  const parts = code === 229 ? /\((.)\1\1(\d{1,5})\1\)/.exec(text) : null;
  return parts ? withPort(null, Number(parts[2])) : null;
}

/** `192,168,0,1,4,1`: address, then the port's two bytes. */
function sixNumbers(text: string): DataChannel | null {
  const parts = /(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return null;
  return { ip: Uint8Array.from(parts.slice(0, 4)), port: parts[4]! * 256 + parts[5]! };
}

function withPort(ip: Uint8Array | null, port: number): DataChannel | null {
  return port <= 65_535 ? { ip, port } : null;
}

/** The address that a request asks for, out of its target and the Host header (RFC 9112 3.2, 3.3). */
import type { FlowContext } from '@wirecase/contract';
import { rowText } from '../common/text.ts';
import { MAX_NAME_CHARACTERS, MAX_VALUE_CHARACTERS } from './head.ts';

export interface Url {
  full: string | null;
  domain: string | null;
  path: string | null;
  query: string | null;
}

/** Where a request that names no port went: to that of the flow; within a proxy's connection, which leads to another, to the usual one. */
export function portOf({ isWithin, destinationPort }: FlowContext): number {
  return isWithin ? 80 : destinationPort;
}

/** The parts of a request's address; `port` is the one it went to, shown when it is not 80. */
export function urlOf(method: string, target: string, host: string | null, port: number): Url {
  const absolute = /^([a-z][a-z0-9+.-]{0,31}):\/\/([^/?#]*)(.*)$/is.exec(target);
  // RFC 9112 3.2.2: an absolute address wins over the Host header; 3.2.3: CONNECT has only host and port; 3.2.4: an
  // asterisk is the server itself.
  const authority = method === 'CONNECT' ? target : (absolute?.[2] ?? host ?? '');
  const rest = method === 'CONNECT' ? '' : absolute ? absolute[3]! || '/' : target;
  const question = rest.indexOf('?');
  const domain = domainOf(authority);
  const isPortNamed = /:\d+$/.test(authority);
  const full =
    method === 'CONNECT' || domain === ''
      ? null
      : `${absolute?.[1] ?? 'http'}://${authority}${isPortNamed || absolute || port === 80 ? '' : `:${port}`}${rest === '*' ? '' : rest}`;
  return {
    full: full === null ? null : rowText(full, MAX_VALUE_CHARACTERS),
    domain: domain === '' ? null : rowText(domain, MAX_NAME_CHARACTERS),
    path: rest === '' ? null : rowText(question < 0 ? rest : rest.slice(0, question), MAX_VALUE_CHARACTERS),
    query: question < 0 ? null : rowText(rest.slice(question + 1), MAX_VALUE_CHARACTERS),
  };
}

/** Authority without user information and port; brackets of an IPv6 address stay off. */
function domainOf(authority: string): string {
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  const bracketed = /^\[([^\]]*)\]/.exec(host);
  return bracketed ? bracketed[1]! : host.replace(/:\d*$/, '');
}

/** Whether a name that was asked for reads like encoded data. */
import type { RowOf } from '@wirecase/contract';
import type { dnsRecord } from '@wirecase/protocols';
import type { OptionValues } from '../detector.ts';
import { wordiness } from '../dns-names.ts';
import { isInternal } from '../host-table.ts';
import type { options } from './options.ts';

/** Types that carry bytes and that nobody else asks for. */
const carriers = new Set(['NULL', 'TYPE65399', 'TYPE65305', 'KEY', 'PRIVATE']);
/** Encoded data has fewer common pairs of letters than this. */
const MAX_WORDINESS = 0.5;
/** Types that hosts seldom ask for names of one domain: mail servers and programs of the operator do. */
const seldom = new Set(['TXT', 'MX', 'CNAME']);
/** The same for questions of these: polls of a tunnel that has nothing to carry are a session and a counter, little of which is odd. */
const MAX_TEXT_WORDINESS = 0.7;
/** Lists of addresses are asked by reversed addresses (RFC 5782 2.1), networks by Cymru's. */
const REVERSED_ADDRESS = /^(?:\d{1,3}\.){3}\d{1,3}(?:\.|$)|^(?:[\da-f]\.){31}[\da-f](?:\.|$)/;
/** Names between this and the option's length may be data where they have still less of words. */
const SHORTEST = 8;
const MAX_SHORT_WORDINESS = 0.4;
/** Text of an answer that is data: policies and keys have blanks in them, tokens of ownership are shorter. */
const TEXT_DATA = /^[^\s;]{100,}$/;

/** What a name is to the detector: ordinary; perhaps data, though it is short; data. */
export const Reading = { Plain: 0, Short: 1, Data: 2 } as const;
export type Reading = (typeof Reading)[keyof typeof Reading];
export type Lookup = RowOf<typeof dnsRecord.fields>;

/** `data`: what stands before the domain. */
export function readingOf(data: string, row: Lookup, { length, textLength }: OptionValues<typeof options>): Reading {
  const type = row.questionType ?? '';
  if (isForged(type)) return Reading.Data;
  if (REVERSED_ADDRESS.test(data)) return Reading.Plain;
  const text = data.replaceAll('.', '');
  const share = wordiness(text);
  // Keys and policies of mail are asked for by names with `_` (RFC 6376, 7489).
  const isService = text.includes('_');
  if (seldom.has(type) && !isService) {
    if (text.length >= textLength && share < MAX_TEXT_WORDINESS) return Reading.Data;
    if (type === 'TXT' && row.answerData.some((answer) => TEXT_DATA.test(answer))) return Reading.Data;
  }
  if (text.length >= length) return share < MAX_WORDINESS ? Reading.Data : Reading.Plain;
  // Names of hosts of the network may read so as well, and lead to addresses of it.
  const isShort = text.length >= SHORTEST && share < MAX_SHORT_WORDINESS && !isService && !row.resolvedIps.some(isInternal);
  return isShort ? Reading.Short : Reading.Plain;
}

/** Whether only tunnels ask for records of this type. */
export function isForged(type: string): boolean {
  return carriers.has(type);
}

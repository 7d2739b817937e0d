import { flowRecord, recordType, optional, type RecordType } from '@wirecase/contract';
import { describe, expect, it } from 'vitest';
import { complete } from './complete.ts';
import { tokenize } from './token.ts';

const dnsRecord = recordType('dns', 'DNS', 'x', { questionName: optional('dns.question.name', 'keyword', 'Name asked for.') });
const catalogue: RecordType[] = [flowRecord, dnsRecord];

const at = (marked: string) => {
  const cursor = marked.indexOf('^');
  const query = marked.replace('^', '');
  const completion = complete(query, cursor, { record: flowRecord, catalogue });
  return { ...completion, texts: completion.suggestions.map((suggestion) => suggestion.text) };
};

describe('completion', () => {
  it.each([
    ['source.i^', 'source.ip:'],
    ['stat^', 'wirecase.flow.state:'],
    ['flow.state^', 'wirecase.flow.state:'],
    ['tcp and (dns.q^', 'dns.question.name:'],
    ['not proto^', 'network.protocol:'],
    ['ip.sr^', 'source.ip:'],
    ['wirecase.flow.truncated:^', 'true'],
    ['event.duration>^', '10s'],
    ['source.ip:^', '10.0.0.0/8'],
    ['wirecase.flow.truncated:t^', 'true'],
  ])('at %s offers %s first', (marked, expected) => {
    expect(at(marked).texts[0]).toBe(expected);
  });

  it('replaces the word that is being typed', () => {
    expect(at('tcp and sourc^ or x')).toMatchObject({ from: 8, to: 13 });
  });

  it('offers the fields where a condition may begin', () => {
    expect(at('^').texts.length).toBe(20);
    expect(at('tcp or ^').texts.length).toBe(20);
  });

  it('offers nothing inside a text that is not closed', () => {
    expect(at('"sour^').texts).toEqual([]);
  });
});

describe('tokens', () => {
  it.each([
    ['source.ip:10.0.0.1', 'field operator value'],
    ['a and not "b"', 'word keyword keyword string'],
    ['port in {80, 443..500}', 'field operator punctuation value punctuation value punctuation'],
    ['port not in {80}', 'field operator punctuation value punctuation'],
    ['fe80::1 url:http://x/y?a=b', 'word field operator value'],
    ['x:/re/i | count', 'field operator regex pipe word'],
    ['x:(a or b) or c', 'field operator punctuation value keyword value punctuation keyword word'],
    ['"open', 'error'],
  ])('of %s are %s', (query, kinds) => {
    expect(
      tokenize(query)
        .map((token) => token.kind)
        .join(' '),
    ).toBe(kinds);
  });

  it('cover the query but for spaces', () => {
    const query = 'a:b  and (c  or "d e")|f';
    let rest = query;
    for (const token of tokenize(query).reverse()) rest = rest.slice(0, token.start) + rest.slice(token.end);
    expect(rest.trim()).toBe('');
  });
});

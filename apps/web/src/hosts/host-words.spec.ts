import { describe, expect, it } from 'vitest';
import { flowsOf, isHost, namesOf, placeOf, spanOf, systemOf } from './host-words.ts';

const os = (name: string, full: string | null) => ({ os: { name, full, confidence: 1, reasons: [] } });
const told = (name: string, source: string) => ({ name, source, first: '', last: '' });

describe('a host in words', () => {
  it.each([
    [os('Linux', 'Debian'), 'Debian (Linux)'],
    [os('Windows', 'Windows 11'), 'Windows 11'],
    [os('BSD', null), 'BSD'],
    [{ os: null }, ''],
  ])('%o runs %s', (host, words) => expect(systemOf(host)).toBe(words));

  it('is in its zone, city, country and network', () => {
    const nothing = { zone: null, city: null, country: null, asNumber: null, asName: null };
    expect(placeOf({ ...nothing, zone: 'office', country: 'DE', asNumber: 64500, asName: 'Example Net' })).toBe(
      'office, DE, AS 64500 Example Net',
    );
    expect(placeOf(nothing)).toBe('');
  });

  it('has each name once, the most told first', () => {
    const names = [told('a.test', 'dns'), told('B.test', 'dns'), told('b.test', 'tls')];
    expect(namesOf({ names })).toEqual(['B.test', 'a.test']);
  });

  it('has flows on either side, in the one capture that is looked at', () => {
    expect(flowsOf('10.0.0.1', 'x')).toEqual({ q: 'ip == 10.0.0.1', capture: 'x' });
    expect(flowsOf('10.0.0.1', 'x,y', ' and port:22')).toEqual({ q: 'ip == 10.0.0.1 and port:22', capture: undefined });
  });

  it('has a page unless it is a group, everybody or nobody', () => {
    for (const ip of ['10.0.0.1', '223.255.255.255', '240.0.0.1', 'fe80::ff', 'fd00::1', '::1']) expect(isHost(ip), ip).toBe(true);
    for (const ip of ['224.0.0.251', '239.1.2.3', '255.255.255.255', '0.0.0.0', '::', 'ff02::1', 'FF05::1:3'])
      expect(isHost(ip), ip).toBe(false);
  });

  it.each([
    [0, 100, { left: 0, width: 100 }],
    [50, 60, { left: 50, width: 10 }],
    [100, 100, { left: 99, width: 1 }],
  ])('seen from %i to %i of 100', (first, last, span) => expect(spanOf(first, last, 0, 100)).toEqual(span));
});

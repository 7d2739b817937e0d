import { describe, expect, it } from 'vitest';
import { isInNetwork, parseNetworkText } from './network.ts';
import { parseIp } from './text.ts';

const isIn = (address: string, network: string) => isInNetwork(parseIp(address)!, parseNetworkText(network)!);

describe('a network', () => {
  it.each([
    ['10.0.0.1', '10.0.0.0/8', true],
    ['11.0.0.1', '10.0.0.0/8', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.2', '10.0.0.1', false],
    ['192.168.1.127', '192.168.1.0/25', true],
    ['192.168.1.128', '192.168.1.0/25', false],
    ['1.2.3.4', '0.0.0.0/0', true],
    ['2001:db8::1', '2001:db8::/33', true],
    ['2001:db8:8000::1', '2001:db8::/33', false],
    ['10.0.0.1', '::/0', false],
    ['::1', '0.0.0.0/0', false],
  ])('%s in %s: %s', (address, network, expected) => {
    expect(isIn(address, network)).toBe(expected);
  });

  it.each(['', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0/8', '10.0.0.0/', '10.0.0.0/-1', 'host', '::/129'])('is not "%s"', (text) => {
    expect(parseNetworkText(text)).toBeNull();
  });
});

import { parseIp } from '@wirecase/contract';
import { describe, expect, it } from 'vitest';
import { communityId } from './community-id.ts';

const idOf = (protocol: number, source: string, destination: string, sourcePort: number, destinationPort: number, seed = 0) =>
  communityId(protocol, parseIp(source)!, parseIp(destination)!, sourcePort, destinationPort, seed);

/** From the baseline of the specification. */
describe('Community ID v1', () => {
  it.each([
    ['TCP', 6, '128.232.110.120', '66.35.250.204', 34855, 80, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
    ['TCP, the other way', 6, '66.35.250.204', '128.232.110.120', 80, 34855, '1:LQU9qZlK+B5F3KDmev6m5PMibrg='],
    ['UDP', 17, '192.168.1.52', '8.8.8.8', 54585, 53, '1:d/FP5EW3wiY1vCndhwleRRKHowQ='],
    ['UDP, the other way', 17, '8.8.8.8', '192.168.1.52', 53, 54585, '1:d/FP5EW3wiY1vCndhwleRRKHowQ='],
    ['SCTP', 132, '192.168.170.8', '192.168.170.56', 7, 80, '1:jQgCxbku+pNGw8WPbEc/TS/uTpQ='],
    ['SCTP, the other way', 132, '192.168.170.56', '192.168.170.8', 80, 7, '1:jQgCxbku+pNGw8WPbEc/TS/uTpQ='],
    ['ICMP echo', 1, '192.168.0.89', '192.168.0.1', 8, 0, '1:X0snYXpgwiv9TZtqg64sgzUn6Dk='],
    ['ICMP echo reply', 1, '192.168.0.1', '192.168.0.89', 0, 8, '1:X0snYXpgwiv9TZtqg64sgzUn6Dk='],
    ['ICMP unreachable', 1, '192.168.0.89', '192.168.0.1', 20, 0, '1:3o2RFccXzUgjl7zDpqmY7yJi8rI='],
    ['ICMPv6 neighbour solicitation', 58, 'fe80::200:86ff:fe05:80da', 'fe80::260:97ff:fe07:69ea', 135, 0, '1:dGHyGvjMfljg6Bppwm3bg0LO8TY='],
    [
      'ICMPv6 neighbour advertisement',
      58,
      'fe80::260:97ff:fe07:69ea',
      'fe80::200:86ff:fe05:80da',
      136,
      0,
      '1:dGHyGvjMfljg6Bppwm3bg0LO8TY=',
    ],
    ['RSVP, which has no ports', 46, '10.1.24.4', '10.1.12.1', 0, 0, '1:/nQI4Rh/TtY3mf0R2gJFBkVlgS4='],
  ] as const)('%s', (_name, protocol, source, destination, sourcePort, destinationPort, id) => {
    expect(idOf(protocol, source, destination, sourcePort, destinationPort)).toBe(id);
  });

  it('changes with the seed', () => {
    expect(idOf(6, '128.232.110.120', '66.35.250.204', 34855, 80, 1)).toBe('1:3V71V58M3Ksw/yuFALMcW0LAHvc=');
  });
});

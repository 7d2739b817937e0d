import { formatHex } from '@wirecase/contract';
import { hexBytes } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { nodePlatform } from './platform.ts';

describe('the platform of Node', () => {
  it('gives the HMAC of RFC 4231 4.2', () => {
    const mac = nodePlatform.hmacSha256(new Uint8Array(20).fill(0x0b), hexBytes('4869205468657265'));
    expect(formatHex(mac)).toBe('b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7');
  });

  it('encrypts the block of FIPS 197 C.1', () => {
    const block = nodePlatform.aes128Block(hexBytes('000102030405060708090a0b0c0d0e0f'), hexBytes('00112233445566778899aabbccddeeff'));
    expect(formatHex(block)).toBe('69c4e0d86a7b0430d8cdb78070b4c55a');
  });

  it('opens case 2 of the GCM specification, and nothing that was changed', () => {
    const sealed = hexBytes('0388dace60b6a392f328c2b971b2fe78 ab6e47d42cec13bdf53a67b21257bddf');
    const open = (bytes: Uint8Array) => nodePlatform.aes128GcmOpen(new Uint8Array(16), new Uint8Array(12), new Uint8Array(0), bytes);
    expect(formatHex(open(sealed)!)).toBe('00'.repeat(16));
    expect(open(sealed.map((byte, i) => (i === 3 ? byte ^ 1 : byte)))).toBeNull();
    expect(open(sealed.subarray(0, 15))).toBeNull();
  });
});

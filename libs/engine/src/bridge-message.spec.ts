import type { BridgeView, DetectorModule } from '@wirecase/detect';
import { testPlatform } from '@wirecase/testkit';
import { concatenate, hex, PacketScript, u16 } from '@wirecase/testkit/packets';
import { expect, it } from 'vitest';
import { Analyzer } from './analyze.ts';

/** What detectors are told of a frame, as copies: views are valid during the call. */
function toldOf(frame: Uint8Array): BridgeView[] {
  const told: BridgeView[] = [];
  const listener: DetectorModule = {
    rule: { id: 'listener', name: '', version: '1', needs: [], doc: '' },
    options: {},
    create: () => ({ bridge: (message) => void told.push(structuredClone(message)), finish: () => {} }),
  };
  const sink = { record: () => {} };
  const analyzer = new Analyzer({ platform: testPlatform, sink, captureSha256: new Uint8Array(32), detectors: [listener] });
  analyzer.push(new PacketScript().frame(frame).capture());
  analyzer.finish();
  return told;
}

const addresses = hex('0180c2000000 020000001002');
const llc = hex('424203');
/** Rapid spanning tree: root 6000 (VLAN 1) 02..10 00, cost 4, bridge 8001 02..20 00, port 8002. */
const proposal = hex('0000 02 02 3c 6001020000001000 00000004 8001020000002000 8002 0100 1400 0200 0f00 00');
const framed = (...parts: Uint8Array[]) => concatenate(addresses, u16(concatenate(...parts).length), ...parts);

const read = {
  ...{ vlan: 0, sourceMac: 0x02_00_00_00_10_02, isProposal: true },
  ...{ rootPriority: 0x6001, rootMac: 0x02_00_00_00_10_00, bridgePriority: 0x8001, bridgeMac: 0x02_00_00_00_20_00 },
};

it('reads the root that a bridge proposes', () => {
  expect(toldOf(framed(llc, proposal))).toMatchObject([read]);
});

it("reads Cisco's message for a VLAN", () => {
  const body = concatenate(hex('aaaa03 00000c 010b'), proposal);
  expect(toldOf(concatenate(addresses, hex('8100 0007'), u16(body.length), body))).toMatchObject([{ ...read, vlan: 7 }]);
});

it('reads that a tree has changed', () => {
  expect(toldOf(framed(llc, hex('0000 00 80')))).toMatchObject([{ isProposal: false, rootMac: 0, bridgeMac: 0 }]);
});

it('reads nothing of what is cut short, of another protocol or of a type that is not known', () => {
  for (const body of [proposal.subarray(0, 26), hex('0000 00'), hex('0001 00 80'), hex('0000 00 81')])
    expect(toldOf(framed(llc, body))).toEqual([]);
});

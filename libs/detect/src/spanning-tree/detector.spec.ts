import { describe, expect, it } from 'vitest';
import { ContactScript } from '../contact-script.fixture.ts';
import { optionValues } from '../detector.ts';
import { spanningTree } from './detector.ts';

const [core, access, stranger] = [0x02_00_00_00_10_00, 0x02_00_00_00_20_00, 0x02_00_00_00_00_66];
const underCore = { rootMac: core, rootPriority: 0x6000, bridgeMac: access };

const script = () => new ContactScript((context) => spanningTree.create(context, optionValues(spanningTree.options)));

/** The access switch tells of its root each two seconds, `count` times from second 0 on. */
function settled(count: number): ContactScript {
  const run = script();
  for (let i = 0; i < count; i++) run.at(2 * i).bridge(access, underCore);
  return run;
}

describe('the root of a spanning tree', () => {
  it('is taken over by a stranger with a better one, told once', () => {
    const run = settled(3);
    for (let i = 0; i < 5; i++) run.at(5 + 2 * i).bridge(stranger, { rootPriority: 0 });
    expect(run.finish()).toMatchObject([
      {
        alertClass: 'stp.root',
        techniques: ['T1557'],
        detectedAt: 5_000_000_000n,
        entities: [
          { role: 'attacker', mac: '02:00:00:00:00:66' },
          { role: 'victim', mac: '02:00:00:00:10:00' },
        ],
        evidence: { value: 3, threshold: 3, packets: [1, 2, 3, 4] },
      },
    ]);
  });

  it('is taken over by an address one lower, and in the name of a bridge that is known', () => {
    for (const said of [
      { rootPriority: 0x6000, rootMac: core - 1, bridgeMac: core - 1 },
      { rootPriority: 0x6000, rootMac: core - 1, bridgeMac: access },
    ]) {
      const run = settled(4);
      run.at(7).bridge(stranger, said);
      expect(run.finish()).toHaveLength(1);
    }
  });

  it('is not settled after two messages, and not after many at once', () => {
    const early = settled(2);
    early.at(3).bridge(stranger, { rootPriority: 0 });
    expect(early.finish()).toEqual([]);
    const atOnce = script();
    for (let i = 0; i < 10; i++) atOnce.at(i / 10).bridge(access, underCore);
    atOnce.at(1).bridge(stranger, { rootPriority: 0 });
    expect(atOnce.finish()).toEqual([]);
  });

  it('changes among switches that are known, when one dies and when it comes back', () => {
    const run = settled(10);
    for (let i = 0; i < 10; i++) run.at(40 + 2 * i).bridge(access, { ...underCore, rootMac: access, rootPriority: 0x8000 });
    for (let i = 0; i < 10; i++) run.at(60 + 2 * i).bridge(access, underCore);
    expect(run.finish()).toEqual([]);
  });

  it('is not that of another VLAN, nor of a switch whose root is worse', () => {
    const run = settled(5);
    for (let i = 0; i < 5; i++) run.at(10 + i).bridge(stranger, { rootPriority: 0x1000 + 20, vlan: 20 });
    run.at(16).bridge(stranger, { rootPriority: 0x7000 });
    expect(run.finish()).toEqual([]);
  });
});

describe('messages of a spanning tree', () => {
  const send = (count: number, perSecond: number, isProposal = true) => {
    const run = script();
    for (let i = 0; i < count; i++) run.at(i / perSecond).bridge(stranger, { isProposal, rootPriority: isProposal ? 0x8000 : 0 });
    return run.finish();
  };

  it.each([true, false])('are a flood from the two hundredth of a second on (proposals: %s)', (isProposal) => {
    expect(send(199, 1000, isProposal)).toEqual([]);
    expect(send(200, 1000, isProposal)).toMatchObject([
      { alertClass: 'flood.stp', entities: [{ mac: '02:00:00:00:00:66' }], evidence: { value: 200, threshold: 200 } },
    ]);
  });

  it('are none of fifty ports that all change', () => {
    expect(send(2000, 150)).toEqual([]);
  });

  it('are of one tree: five hundred VLANs of a trunk speak at once', () => {
    const run = script();
    for (let i = 0; i < 5000; i++) run.at(2 * Math.floor(i / 500)).bridge(access, { vlan: i % 500, rootPriority: 0x8000 + (i % 500) });
    expect(run.finish()).toEqual([]);
  });
});

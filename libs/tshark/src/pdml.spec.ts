import { describe, expect, it } from 'vitest';
import { readPdmlPacket } from './pdml.ts';

describe('PDML', () => {
  it('becomes a tree of the first packet, without hidden fields and geninfo', () => {
    const tree = readPdmlPacket(`<pdml><packet>
      <proto name="geninfo" pos="0" showname="General information" size="42"><field name="num" pos="0" show="1" size="42"/></proto>
      <proto name="eth" showname="Ethernet II" size="14" pos="0">
        <field name="eth.dst" showname="Destination" size="6" pos="0" show="ff:ff" value="ffff">
          <field name="eth.addr" hide="yes" size="6" pos="0" show="ff:ff"><field name="inside.hidden" show="1" size="1" pos="0"/></field>
        </field>
        <field name="eth.len" show="7" size="0" pos="0"/>
      </proto></packet><packet><proto name="second" size="1" pos="0"></proto></packet></pdml>`);
    expect(tree).toEqual([
      {
        name: 'eth', label: 'Ethernet II', value: '', offset: 0, length: 14,
        children: [
          { name: 'eth.dst', label: 'Destination', value: 'ff:ff', offset: 0, length: 6, children: [] },
          { name: 'eth.len', label: 'eth.len: 7', value: '7', offset: -1, length: 0, children: [] },
        ],
      },
    ]); // prettier-ignore
  });

  it('shows what packets contain as text: entities resolved, controls and bidi visible', () => {
    const tree = readPdmlPacket(
      '<packet><proto name="x" showname="&lt;b&gt; &amp;#1; &quot;&#x1b;[31m&#x202e;" size="1" pos="0"></proto></packet>',
    );
    expect(tree[0]!.label).toBe('<b> &#1; "\\x1b[31m\\u202e');
  });

  it('gives what it has of output that was cut', () => {
    expect(readPdmlPacket('<packet><proto name="ip" size="20" pos="14"><field name="ip.src" show="192').map((node) => node.name)).toEqual([
      'ip',
    ]);
    expect(readPdmlPacket('')).toEqual([]);
  });
});

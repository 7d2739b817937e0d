import { describe, expect, it } from 'vitest';
import { readPdmlPacket } from './pdml.ts';

describe('PDML', () => {
  it('becomes a tree of the first packet, without hidden fields and geninfo', () => {
    const tree = readPdmlPacket(`<pdml><packet>
      <proto name="geninfo" pos="0" showname="General information" size="42"><field name="num" pos="0" show="1" size="42"/></proto>
      <proto name="eth" showname="Ethernet II" size="14" pos="0">
        <field name="eth.dst" showname="Destination" size="2" pos="0" show="ff:ff" value="ffff">
          <field name="eth.addr" hide="yes" size="6" pos="0" show="ff:ff"><field name="inside.hidden" show="1" size="1" pos="0"/></field>
        </field>
        <field name="eth.len" show="7" size="0" pos="0"/>
      </proto></packet><packet><proto name="second" size="1" pos="0"></proto></packet></pdml>`);
    expect(tree).toEqual([
      {
        name: 'eth', label: 'Ethernet II', value: '', position: 0, size: 14, hex: '',
        children: [
          { name: 'eth.dst', label: 'Destination', value: 'ff:ff', position: 0, size: 2, hex: 'ffff', children: [] },
          { name: 'eth.len', label: 'eth.len: 7', value: '7', position: 0, size: 0, hex: '', children: [] },
        ],
      },
    ]); // prettier-ignore
  });

  it('tells the bytes of a part of one, and none where it has others than its size', () => {
    const [version, odd] = readPdmlPacket(
      '<packet><field name="ip.version" size="1" pos="14" show="4" value="4" unmaskedvalue="45"/><field name="x" size="3" pos="0" value="4"/></packet>',
    );
    expect([version!.hex, odd!.hex]).toEqual(['45', '']);
  });

  it('lists what tshark wraps up beside the protocols', () => {
    const tree = readPdmlPacket(
      '<packet><proto name="tcp" size="1" pos="0"></proto><proto name="fake-field-wrapper"><field name="tcp.segments" size="2" pos="0"/></proto></packet>',
    );
    expect(tree.map(({ name }) => name)).toEqual(['tcp', 'tcp.segments']);
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

import { hexBytes, mutants } from '@wirecase/testkit';
import { describe, expect, it } from 'vitest';
import { HpackDecoder } from './hpack.ts';
import { decodeHuffman } from './huffman.ts';

const decode = (decoder: HpackDecoder, hex: string) => {
  const bytes = hexBytes(hex);
  return decoder.decode(bytes, 0, bytes.length)?.map(({ name, value }) => `${name}: ${value}`) ?? null;
};

describe('hpack', () => {
  it('reads the examples of RFC 7541 C.2', () => {
    expect(decode(new HpackDecoder(), '400a 637573746f6d2d6b6579 0d 637573746f6d2d686561646572')).toEqual(['custom-key: custom-header']);
    expect(decode(new HpackDecoder(), '040c 2f73616d706c652f70617468')).toEqual([':path: /sample/path']);
    expect(decode(new HpackDecoder(), '1008 70617373776f7264 06 736563726574')).toEqual(['password: secret']);
    expect(decode(new HpackDecoder(), '82')).toEqual([':method: GET']);
  });

  it('reads the requests of C.4 one after the other, Huffman coded, by the table that grows', () => {
    const decoder = new HpackDecoder();
    const common = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];
    expect(decode(decoder, '828684418cf1e3c2e5f23a6ba0ab90f4ff')).toEqual(common);
    expect(decode(decoder, '828684be5886a8eb10649cbf')).toEqual([...common, 'cache-control: no-cache']);
    expect(decode(decoder, '828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf')).toEqual([
      ':method: GET',
      ':scheme: https',
      ':path: /index.html',
      ':authority: www.example.com',
      'custom-key: custom-value',
    ]);
  });

  it('reads the responses of C.6, whose table of 256 bytes drops what is old', () => {
    const decoder = new HpackDecoder();
    decoder.allow(256);
    expect(
      decode(decoder, '488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3'),
    ).toEqual([':status: 302', 'cache-control: private', 'date: Mon, 21 Oct 2013 20:13:21 GMT', 'location: https://www.example.com']);
    expect(decode(decoder, '4883640effc1c0bf')).toEqual([
      ':status: 307',
      'cache-control: private',
      'date: Mon, 21 Oct 2013 20:13:21 GMT',
      'location: https://www.example.com',
    ]);
    const last = decode(
      decoder,
      '88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672c1ab270fb5291f9587316065c003ed4ee5b1063d5007',
    );
    expect(last).toHaveLength(6);
    expect(last![5]).toBe('set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1');
  });

  it('takes a new size of the table at its word, and not beyond what the other side allows', () => {
    const decoder = new HpackDecoder();
    expect(decode(decoder, '400161 0162 be')).toEqual(['a: b', 'a: b']);
    expect(decode(decoder, '20')).toEqual([]);
    expect(decode(decoder, 'be')).toBeNull();
    expect(decode(new HpackDecoder(), '3fe21f')).toBeNull();
  });

  it.each([
    ['index 0', '80'],
    ['an index behind the tables', 'be'],
    ['an integer that does not end', 'ffffffffffffffff'],
    ['a string longer than the block', '0001610561'],
    ['a name alone', '000161'],
    ['padding of Huffman code that is zero', '00016181 00'],
    ['EOS in Huffman code', '00016184 ffffffff'],
  ])('refuses %s', (_name, hex) => {
    expect(decode(new HpackDecoder(), hex)).toBeNull();
  });

  it('reads the long codes of rare octets', () => {
    expect(decodeHuffman(hexBytes('ff c7 ff fd 8f'), 0, 5)).toEqual(Uint8Array.of(0, 1, 0x30).subarray(0, 2));
  });

  it('bounds its table, and takes any bytes (20,000 mutants)', () => {
    const block = hexBytes('828684418cf1e3c2e5f23a6ba0ab90f4ff5886a8eb10649cbf400a637573746f6d2d6b65790d637573746f6d2d686561646572bebf');
    for (const mutant of mutants(block, 20_000))
      expect((new HpackDecoder().decode(mutant, 0, mutant.length) ?? []).length).toBeLessThan(60);
    const flood = new Uint8Array(60_000).fill(0x40);
    for (let i = 0; i < flood.length; i += 3) flood.set([0x40, 0, 0], i);
    expect(new HpackDecoder().decode(flood, 0, flood.length)).toHaveLength(256);
  });
});

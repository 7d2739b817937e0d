import { mutants, runProtocol, textBytes, type Delivery } from '@wirecase/testkit';
import type { ProtocolModule } from '@wirecase/contract';
import { describe, expect, it } from 'vitest';
import { tftp } from './parser.ts';

const read = textBytes('\0\x01boot.img\0octet\0');
const block = (number: number, text: string): Uint8Array => Uint8Array.from([0, 3, number >> 8, number & 255, ...textBytes(text)]);
const options = (text: string): Uint8Array => textBytes(`\0\x06${text}`);
const full = 'x'.repeat(512);

/** A request, then the transfer in the flow that it announces: there the server is the originator. */
function transferred(deliveries: readonly Delivery[]) {
  const asked = runProtocol(tftp, [[0, read]], { transport: 'udp', sourcePort: 40_000, destinationPort: 69 });
  const [expectation] = asked.expected;
  expect(expectation).toMatchObject({ transport: 'udp', port: 40_000, ip: Uint8Array.of(10, 0, 0, 1) });
  const flow: ProtocolModule = { ...tftp, create: (context) => expectation!.create(context) };
  return runProtocol(flow, deliveries, { transport: 'udp' });
}
const fileOf = (deliveries: readonly Delivery[]) => transferred(deliveries).files[0];

describe('a transfer', () => {
  it('ends with a block that is not full', () => {
    expect(
      fileOf([
        [0, block(1, full)],
        [1, textBytes('\0\x04\0\x01')],
        [0, block(2, 'end')],
      ]),
    ).toMatchObject({
      path: 'boot.img',
      direction: 0,
      text: `${full}end`,
      fault: null,
      sourceProtocol: 'tftp',
    });
  });

  it('ends with an empty block when the last one is full', () => {
    expect(
      fileOf([
        [0, block(1, full)],
        [0, block(2, '')],
      ]),
    ).toMatchObject({ text: full, fault: null });
  });

  it('without its last block is cut off', () => {
    expect(fileOf([[0, block(1, full)]])).toMatchObject({ text: full, fault: 'cut-off' });
  });

  it('takes repeated blocks once, and blocks of a window in any order', () => {
    const eight = options('blksize\x008\0');
    const deliveries: Delivery[] = [
      [0, eight],
      [0, block(1, 'aaaaaaaa')],
      [0, block(1, 'aaaaaaaa')],
      [0, block(3, 'cc')],
      [0, block(2, 'bbbbbbbb')],
    ];
    expect(fileOf(deliveries)).toMatchObject({ text: 'aaaaaaaabbbbbbbbcc', fault: null });
  });

  it('has blocks of the size that the server takes, and the size that it says', () => {
    expect(
      fileOf([
        [0, options('blksize\x001024\0tsize\x001027\0')],
        [0, block(1, 'y'.repeat(1024))],
        [0, block(2, 'end')],
      ]),
    ).toMatchObject({
      size: 1027,
      text: `${'y'.repeat(1024)}end`,
      fault: null,
    });
  });

  it('goes on behind 65,535 blocks', () => {
    const deliveries: Delivery[] = [[0, options('blksize\x008\0')]];
    for (let number = 1; number <= 65_540; number++) deliveries.push([0, block(number & 0xffff, '12345678')]);
    deliveries.push([0, block(65_541 & 0xffff, '')]);
    const file = fileOf(deliveries)!;
    expect(file.bytes.length).toBe(65_540 * 8);
    expect(file.fault).toBeNull();
  });

  it('that the server refuses has no file, and one that it ends is cut off', () => {
    expect(transferred([[0, textBytes('\0\x05\0\x01File not found\0')]]).files).toEqual([]);
    expect(
      fileOf([
        [0, block(1, full)],
        [0, textBytes('\0\x05\0\x03Disk full\0')],
        [0, block(2, 'late')],
      ]),
    ).toMatchObject({ fault: 'cut-off' });
  });

  it('of mutants comes to an end', () => {
    for (const mutant of mutants(block(1, full), 500))
      for (const { fault } of transferred([[0, mutant]]).files) expect(fault).not.toBe('open');
  });
});

it('is followed too where the server answers from the port that was asked', () => {
  const { files } = runProtocol(
    tftp,
    [
      [0, read],
      [1, block(1, 'short')],
    ],
    { transport: 'udp', destinationPort: 69 },
  );
  expect(files[0]).toMatchObject({ direction: 1, text: 'short', fault: null });
});

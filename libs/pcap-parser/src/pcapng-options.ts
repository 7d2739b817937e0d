/** Options at the end of pcapng blocks (draft-ietf-opsawg-pcapng 3.5): code, length, value padded to 4 bytes. */

/** Called for each option with the position of its value. */
export type OptionVisitor = (code: number, valueOffset: number, length: number) => void;

/**
 * Visit the options in `view[offset, end)`. Returns where reading stopped short because an option does not fit, or -1 when all was well.
 */
export function visitOptions(view: DataView, offset: number, end: number, littleEndian: boolean, visit: OptionVisitor): number {
  let position = offset;
  while (end - position >= 4) {
    const code = view.getUint16(position, littleEndian);
    const length = view.getUint16(position + 2, littleEndian);
    if (code === 0) return -1;
    if (length > end - position - 4) return position;
    visit(code, position + 4, length);
    position += 4 + ((length + 3) & ~3);
  }
  return -1;
}

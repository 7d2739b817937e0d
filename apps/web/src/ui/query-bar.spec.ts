import { tokenize } from '@wirecase/query';
import { colourPieces } from './query-bar.ts';

function marked(text: string, position: number): string[] {
  return colourPieces(text, tokenize(text), { position, message: '' }).flatMap((piece) => (piece.isWrong ? [piece.text] : []));
}

describe('the coloured copy of the query', () => {
  it('is the same text, whatever the tokens leave out', () => {
    const text = '  source.ip == 10.0.0.1   and (port:53 or "a b")  ';
    const pieces = colourPieces(text, tokenize(text), null);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.filter(({ kind }) => kind === 'field').map((piece) => piece.text)).toEqual(['source.ip', 'port']);
  });

  it('marks the token in which the problem is', () => {
    expect(marked('port:53 and bogus:1', 12)).toEqual(['bogus']);
  });

  it('marks a blank behind the text when something is missing there', () => {
    expect(marked('port:53 and', 11)).toEqual([' ']);
  });
});

import { TestBed } from '@angular/core/testing';
import { tokenize } from '@wirecase/query';
import { colourPieces, QueryBar, type QueryLanguage, queryProblemOf } from './query-bar.ts';

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

describe('an answer of the server', () => {
  const problem = { type: '', title: 'No such field', status: 400, instance: '', code: 'query.unknown-field' as const };

  it('about the query stands under the bar, its place said once', () => {
    const detail = 'At 12: Flows have no field "bogus".';
    expect(queryProblemOf({ ...problem, detail, position: 12 })).toEqual({ position: 12, message: 'Flows have no field "bogus".' });
  });

  it('about anything else does not', () => {
    expect(queryProblemOf({ ...problem, detail: 'It took too long.', code: 'query.timeout' })).toBeNull();
    expect(queryProblemOf(null)).toBeNull();
  });
});

describe('completions', () => {
  const knowing = (...fields: string[]): QueryLanguage => ({
    tokens: tokenize,
    complete: (_text, cursor) => ({ from: 0, to: cursor, items: fields.map((text) => ({ text, label: text, detail: '' })) }),
    check: () => null,
  });

  it('come when the language learns its fields, although all was typed before', async () => {
    const bar = TestBed.createComponent(QueryBar);
    const options = () => [...(bar.nativeElement as HTMLElement).querySelectorAll('[role=option]')].length;
    bar.componentRef.setInput('value', '');
    bar.componentRef.setInput('language', knowing());
    await bar.whenStable();
    const box = (bar.nativeElement as HTMLElement).querySelector('input')!;
    box.value = 'source';
    box.dispatchEvent(new Event('input'));
    await bar.whenStable();
    expect(options()).toBe(0);
    bar.componentRef.setInput('language', knowing('source.ip', 'source.port'));
    await bar.whenStable();
    expect(options()).toBe(2);
    box.dispatchEvent(new Event('blur'));
    bar.componentRef.setInput('language', knowing('source.ip'));
    await bar.whenStable();
    expect(options()).toBe(0);
  });
});

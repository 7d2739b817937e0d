/** Tokens to tree (grammar: SEARCH-AND-API.md). Juxtaposition is `and`; `not` binds closest, then `and`, then `or`. */
import { WirecaseError } from '@wirecase/contract';
import { tokenize, type Token } from './token.ts';
import type { Comparison, Item, Name, Tree, Value } from './tree.ts';

const longestQuery = 10_000;
const deepest = 50;
const mostTerms = 500;

/** The query's tree, or null for an empty query. Throws `query.syntax` with the position and what was expected there. */
export function parse(query: string): Tree | null {
  if (query.length > longestQuery)
    throw new WirecaseError('query.syntax', `The query has more than ${longestQuery} characters.`, { position: longestQuery });
  return new Parser(query).run();
}

class Parser {
  private readonly query: string;
  private readonly tokens: Token[];
  private index = 0;
  private depth = 0;
  private terms = 0;

  constructor(query: string) {
    this.query = query;
    this.tokens = tokenize(query);
  }

  run(): Tree | null {
    if (this.tokens.length === 0) return null;
    const tree = this.or();
    const left = this.peek();
    if (left?.kind === 'pipe') this.unknownStage();
    if (left) this.fail('and, or, or the end of the query');
    return tree;
  }

  private or(): Tree {
    return this.chain(
      'or',
      () => this.and(),
      () => this.takeKeyword('or'),
    );
  }

  private and(): Tree {
    return this.chain(
      'and',
      () => this.not(),
      () => this.takeKeyword('and') || this.beginsTerm(),
    );
  }

  private chain(kind: 'and' | 'or', next: () => Tree, goesOn: () => boolean): Tree {
    const items = [next()];
    while (goesOn()) items.push(next());
    return items.length === 1 ? items[0]! : { kind, items };
  }

  private not(): Tree {
    let negations = 0;
    while (this.takeKeyword('not')) negations++;
    const item = this.primary();
    return negations % 2 === 1 ? { kind: 'not', item } : item;
  }

  private primary(): Tree {
    const token = this.peek();
    if (this.takePunctuation('(')) return this.group();
    if (++this.terms > mostTerms)
      throw new WirecaseError('query.syntax', `The query has more than ${mostTerms} conditions.`, { position: token?.start ?? 0 });
    if (token?.kind === 'field') return this.condition(this.next());
    if (token?.kind === 'word' || token?.kind === 'string') return { kind: 'text', value: valueOf(this.next()) };
    return this.fail('a field, a text or (');
  }

  private group(): Tree {
    if (++this.depth > deepest)
      throw new WirecaseError('query.syntax', `Parentheses are nested deeper than ${deepest}.`, {
        position: this.tokens[this.index - 1]!.start,
      });
    const tree = this.or();
    if (!this.takePunctuation(')')) this.fail(')');
    this.depth--;
    return tree;
  }

  private condition(name: Token): Tree {
    const field: Name = { text: name.text, start: name.start };
    const operator = this.next().text;
    if (operator === 'in' || operator === 'not in') return { kind: 'in', field, items: this.list(), negated: operator === 'not in' };
    if (operator === 'between') return this.between(field);
    const opening = this.peek();
    if (opening?.kind === 'punctuation' && '({['.includes(opening.text)) return this.anyOf(field, operator);
    return this.comparison(field, operator, this.value());
  }

  private comparison(field: Name, operator: string, value: Value): Tree {
    const isBare = !value.quoted && !value.regex;
    const asksExistence = isBare && (value.text === '*' || value.text.toUpperCase() === 'EXISTS!');
    const asksAbsence = isBare && value.text.toLowerCase() === 'null';
    if ((asksExistence || asksAbsence) && [':', '=', '==', '!='].includes(operator)) {
      const exists: Tree = { kind: 'exists', field };
      return asksExistence === (operator !== '!=') ? exists : { kind: 'not', item: exists };
    }
    return { kind: 'compare', field, operator: normalOperators[operator] ?? (operator as Comparison), value };
  }

  /** `field:(a or b)`, `field == [a, b]`: any of them. */
  private anyOf(field: Name, operator: string): Tree {
    const start = this.peek()!.start;
    const items = this.list();
    if (operator === ':' || operator === '==' || operator === '=') return { kind: 'in', field, items, negated: false };
    if (operator === '!=') return { kind: 'in', field, items, negated: true };
    throw new WirecaseError('query.syntax', `At ${start}: a list goes with : == != or in, not with ${operator}.`, { position: start });
  }

  private between(field: Name): Tree {
    this.next();
    const value = this.value();
    if (!this.takePunctuation(',')) this.fail(',');
    const to = this.value();
    if (!this.takePunctuation(')')) this.fail(')');
    return { kind: 'in', field, items: [{ value, to }], negated: false };
  }

  /** Values between brackets, with commas, `or` or only spaces between them; `a..b` is a range. */
  private list(): Item[] {
    const opening = this.next();
    const end = { '(': ')', '{': '}', '[': ']' }[opening.text];
    const items: Item[] = [];
    while (end !== undefined && !this.takePunctuation(end)) {
      if (items.length > 0 && (this.takePunctuation(',') || this.takeKeyword('or'))) continue;
      if (++this.terms > mostTerms)
        throw new WirecaseError('query.syntax', `The query has more than ${mostTerms} conditions.`, { position: opening.start });
      items.push(itemOf(this.value()));
    }
    if (items.length === 0) throw new WirecaseError('query.syntax', `At ${opening.start}: the list is empty.`, { position: opening.start });
    return items;
  }

  private value(): Value {
    const token = this.peek();
    if (token?.kind === 'value' || token?.kind === 'string' || token?.kind === 'regex') return valueOf(this.next());
    return this.fail('a value');
  }

  private beginsTerm(): boolean {
    const token = this.peek();
    if (!token) return false;
    return (
      ['field', 'word', 'string', 'error'].includes(token.kind) ||
      (token.kind === 'keyword' && token.text === 'not') ||
      (token.kind === 'punctuation' && token.text === '(')
    );
  }

  private peek(): Token | undefined {
    return this.tokens[this.index];
  }

  /** Only after `peek` has shown that there is one, or where the tokenizer promises it. */
  private next(): Token {
    return this.tokens[this.index++] ?? this.fail('more');
  }

  private takeKeyword(text: string): boolean {
    return this.take('keyword', text);
  }

  private takePunctuation(text: string): boolean {
    return this.take('punctuation', text);
  }

  private take(kind: Token['kind'], text: string): boolean {
    const token = this.peek();
    if (token?.kind !== kind || token.text !== text) return false;
    this.index++;
    return true;
  }

  private unknownStage(): never {
    const pipe = this.peek()!.start;
    const position = pipe + this.query.slice(pipe).search(/[^|\s]|$/);
    const stage = this.query.slice(position).split(/\s/, 1)[0]!;
    throw new WirecaseError(
      'query.syntax',
      `At ${position}: there is no stage "${stage.slice(0, 40)}". A query is a filter; nothing may follow it after |.`,
      { position },
    );
  }

  private fail(expected: string): never {
    const token = this.peek();
    const position = token?.start ?? this.query.length;
    if (token?.kind === 'error')
      throw new WirecaseError('query.syntax', `At ${position}: the text in quotes does not end. Expected ".`, { position });
    const found = token ? `"${this.query.slice(token.start, token.end).slice(0, 40)}"` : 'the end of the query';
    throw new WirecaseError('query.syntax', `At ${position}: expected ${expected}, found ${found}.`, { position });
  }
}

const normalOperators: Record<string, Comparison> = { '=': '==', matches: '~' };

const valueOf = (token: Token): Value => ({
  text: token.text,
  start: token.start,
  quoted: token.kind === 'string',
  regex: token.kind === 'regex',
});

function itemOf(value: Value): Item {
  const at = value.quoted || value.regex ? -1 : value.text.indexOf('..');
  if (at < 1 || at + 2 >= value.text.length) return { value, to: null };
  return {
    value: { ...value, text: value.text.slice(0, at) },
    to: { ...value, text: value.text.slice(at + 2), start: value.start + at + 2 },
  };
}

/**
 * The query's text cut into tokens. The same tokens serve the parser, the highlighter and completion, so cutting never fails: what makes
 * no sense becomes an `error` token. What a character means depends on whether a value is awaited: `:` and `=` may stand inside values.
 */
import { isAddress } from './address.ts';

export type TokenKind =
  /** A name with an operator after it. */
  | 'field'
  /** `:` `==` `=` `!=` `<` `<=` `>` `>=` `~` `in` `not in` `contains` `matches` `startswith` `between` */
  | 'operator'
  /** A bare value after an operator. */
  | 'value'
  /** A bare word on its own: a field's existence, or text. */
  | 'word'
  | 'string'
  | 'regex'
  /** `and` `or` `not` in any spelling; `text` is the word. */
  | 'keyword'
  /** `( ) { } [ ] ,` */
  | 'punctuation'
  | 'pipe'
  | 'error';

export interface Token {
  kind: TokenKind;
  /** What it says: unquoted and unescaped, operators and keywords in their first spelling. */
  text: string;
  /** Characters [start, end) of the query. */
  start: number;
  end: number;
}

const symbolOperators = ['==', '!=', '<=', '>=', ':', '=', '<', '>', '~'];
const keywords: Record<string, string> = { and: 'and', or: 'or', not: 'not', '&&': 'and', '||': 'or', '!': 'not', '-': 'not' };
const closing: Record<string, string> = { '(': ')', '{': '}', '[': ']' };

export function tokenize(query: string): Token[] {
  return new Tokenizer(query).run();
}

class Tokenizer {
  private readonly query: string;
  private readonly tokens: Token[] = [];
  private position = 0;
  /** Whether the next word is the value of an operator. */
  private awaitsValue = false;
  /** Closing characters of the open lists of values; inside them every word is a value. */
  private readonly lists: string[] = [];

  constructor(query: string) {
    this.query = query;
  }

  run(): Token[] {
    for (;;) {
      this.skipSpace();
      if (this.position >= this.query.length) return this.tokens;
      if (this.awaitsValue || this.lists.length > 0) this.valueToken();
      else this.operandToken();
    }
  }

  private operandToken(): void {
    const rest = this.query.slice(this.position, this.position + 2);
    const character = rest[0]!;
    const operator = symbolOperators.find((symbol) => rest.startsWith(symbol));
    if (rest === '&&' || rest === '||') this.emit('keyword', 2, keywords[rest]);
    else if (operator) this.operator(operator.length, operator);
    else if (character === '!' || (character === '-' && /\S/.test(rest[1] ?? ' '))) this.emit('keyword', 1, 'not');
    else if (character === '|') this.emit('pipe', 1);
    else if ('(){}[],'.includes(character)) this.emit('punctuation', 1);
    else if (character === '"') this.string();
    else this.wordOrField();
  }

  private valueToken(): void {
    const character = this.query[this.position]!;
    const isListItem = this.lists.length > 0;
    if (character in closing) {
      this.lists.push(closing[character]!);
      this.emit('punctuation', 1);
      return;
    }
    if (isListItem && character === ',') return this.emit('punctuation', 1);
    if (')}]'.includes(character)) {
      this.awaitsValue = false;
      if (this.lists.at(-1) === character) this.lists.pop();
      return this.emit('punctuation', 1);
    }
    this.awaitsValue = false;
    if (character === '|')
      return this.emit(
        this.query.startsWith('||', this.position) ? 'keyword' : 'pipe',
        this.query.startsWith('||', this.position) ? 2 : 1,
        'or',
      );
    if (character === ',') return this.emit('punctuation', 1);
    if (character === '"') return this.string();
    if (character === '/' && this.regex()) return;
    const length = this.runLength(/[\s(){}[\]",|]|&&/);
    const word = this.query.slice(this.position, this.position + length);
    if (this.lists.at(-1) === ')' && /^(or|and)$/i.test(word)) return this.emit('keyword', length, word.toLowerCase());
    this.emit('value', Math.max(1, length));
  }

  private wordOrField(): void {
    const length = this.runLength(/[\s(){}[\]",|=<>~]|!=|&&/);
    const run = this.query.slice(this.position, this.position + length);
    const previous = this.tokens.at(-1);
    const after = this.query.slice(this.position + length);
    if (previous?.kind === 'word' && previous.end < this.position && this.wordOperator(run, after)) return;
    if (run.toLowerCase() in keywords) return this.emit('keyword', length, keywords[run.toLowerCase()]);
    const colon = run.indexOf(':');
    // An address has colons of its own.
    const isName = colon > 0 && /^[@\w.-]+$/.test(run.slice(0, colon)) && !isAddress(run);
    this.emit('word', isName ? colon : Math.max(1, length));
  }

  /** `in {`, `not in {`, `between (` and the comparing words after a name; the same words elsewhere are text. */
  private wordOperator(word: string, after: string): boolean {
    const lower = word.toLowerCase();
    const negated = lower === 'not' ? /^\s+in\s*(?=[{[(])/i.exec(after) : null;
    if (negated) this.operator(word.length + negated[0].trimEnd().length, 'not in');
    else if (lower === 'in' && /^\s*[{[(]/.test(after)) this.operator(word.length, 'in');
    else if (lower === 'between' && /^\s*\(/.test(after)) this.operator(word.length, 'between');
    else if (/^(contains|matches|startswith)$/.test(lower) && /^\s+[^\s)|]/.test(after)) this.operator(word.length, lower);
    else return false;
    return true;
  }

  private operator(length: number, text: string): void {
    const previous = this.tokens.at(-1);
    if (previous?.kind === 'word') previous.kind = 'field';
    this.emit('operator', length, text);
    this.awaitsValue = true;
  }

  /** `"…"` with `\"` and `\\`; any other backslash stands for itself. */
  private string(): void {
    const match = /^"((?:[^"\\]|\\[^])*)"/.exec(this.query.slice(this.position));
    if (match) this.emit('string', match[0].length, match[1]!.replace(/\\(["\\])/g, '$1'));
    else this.emit('error', this.query.length - this.position);
  }

  /** `/…/` or `/…/i` with a border after it; else false, and it is a value such as a path. */
  private regex(): boolean {
    const match = /^\/((?:[^/\\]|\\[^])+)\/i?(?=[\s(){}[\],|]|$)/.exec(this.query.slice(this.position));
    if (match) this.emit('regex', match[0].length, match[1]!.replaceAll('\\/', '/'));
    return match !== null;
  }

  private runLength(border: RegExp): number {
    const found = this.query.slice(this.position).search(border);
    return found < 0 ? this.query.length - this.position : found;
  }

  private skipSpace(): void {
    while (/\s/.test(this.query[this.position] ?? '')) this.position++;
  }

  private emit(kind: TokenKind, length: number, text?: string): void {
    const end = this.position + length;
    this.tokens.push({ kind, text: text ?? this.query.slice(this.position, end), start: this.position, end });
    this.position = end;
  }
}

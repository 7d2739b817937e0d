/**
 * Query text to an SQL condition with parameters. Every condition may be NULL where a row has no value; `not` therefore asks `IS NOT TRUE`,
 * which makes `not field:x` true for rows without the field, while `field != x` also asks for its existence.
 */
import type { Field, Kind, RecordType } from '@wirecase/contract';
import { parseMac, parseNetwork } from './address.ts';
import { compareSql, existsSql, isId, rangeSql, textSql, type Context } from './condition.ts';
import { parse } from './parser.ts';
import { fieldsOf, Scope, type Place, type Target } from './scope.ts';
import type { Item, Name, Tree, Value } from './tree.ts';

export interface CompileOptions {
  /** The record type that is searched. */
  record: RecordType;
  /** All record types; fields of those that name a flow can be asked in a search of flows, and the other way round. */
  catalogue: readonly RecordType[];
  /** What `now` means, nanoseconds since 1970; the present without it. */
  now?: bigint;
}

export interface Compiled {
  /** Condition on the record's table, `TRUE` for an empty query. Parameters are $1..$n. */
  where: string;
  params: unknown[];
  /** How a bare word was understood, where there are two ways. */
  warnings: string[];
}

/** Throws `query.syntax`, `query.unknown-field` and `query.bad-value`, each with the position in `text`. */
export function compile(text: string, options: CompileOptions): Compiled {
  const tree = parse(text);
  const compiler = new Compiler(options);
  const where = tree ? compiler.sql(tree) : 'TRUE';
  return { where, params: compiler.params, warnings: compiler.warnings };
}

class Compiler implements Context {
  readonly params: unknown[] = [];
  readonly warnings: string[] = [];
  readonly now: bigint;
  private readonly scope: Scope;
  private readonly parameters = new Map<string, string>();

  constructor({ record, catalogue, now }: CompileOptions) {
    this.scope = new Scope(record, catalogue);
    this.now = now ?? BigInt(Date.now()) * 1_000_000n;
  }

  parameter(value: string | number | boolean | bigint, type: string): string {
    const param = typeof value === 'bigint' ? value.toString() : value;
    const key = `${type} ${param}`;
    let text = this.parameters.get(key);
    if (text === undefined) {
      this.params.push(param);
      this.parameters.set(key, (text = `$${this.params.length}::${type}`));
    }
    return text;
  }

  sql(tree: Tree): string {
    switch (tree.kind) {
      case 'and':
      case 'or':
        return `(${tree.items.map((item) => this.sql(item)).join(tree.kind === 'and' ? ' AND ' : ' OR ')})`;
      case 'not':
        return isNot(this.sql(tree.item));
      case 'exists':
        return this.exists(this.scope.get(tree.field));
      case 'in':
        return this.oneOf(tree.field, tree.items, tree.negated);
      case 'compare': {
        const { operator, value } = tree;
        if (operator === '!=') return this.oneOf(tree.field, [{ value, to: null }], true);
        return this.any(this.scope.get(tree.field), (field) => compareSql(this, field, operator, value));
      }
      case 'text':
        return this.freeText(tree.value);
    }
  }

  private oneOf(name: Name, items: readonly Item[], negated: boolean): string {
    const target = this.scope.get(name);
    const conditions = items.map(({ value, to }) =>
      this.any(target, (field) => (to ? rangeSql(this, field, value, to) : compareSql(this, field, '==', value))),
    );
    const equal = joined(conditions, 'OR');
    return negated ? joined([this.exists(target), isNot(equal)], 'AND') : equal;
  }

  private exists(target: Target): string {
    return this.any(target, existsSql);
  }

  /** True when the condition holds in any of the target's places. */
  private any(target: Target, condition: (field: Field) => string): string {
    const alternatives = joined(
      target.places.map((place) => this.inPlace(place, condition)),
      'OR',
    );
    if (target.transport === null) return alternatives;
    const transport = this.scope.find('network.transport')!;
    const isTransport = this.any(transport, (field) =>
      compareSql(this, field, '==', { text: target.transport!, start: 0, quoted: true, regex: false }),
    );
    return joined([isTransport, alternatives], 'AND');
  }

  private inPlace({ field, record }: Place, condition: (field: Field) => string): string {
    return record ? ofFlow(record, condition(field)) : condition(field);
  }

  /** A known field's name asks whether it is there; an address or id is looked for where such things are; all else is text. */
  private freeText(value: Value): string {
    const { text, quoted } = value;
    const target = quoted ? null : this.scope.find(text);
    if (target) {
      this.warnings.push(`"${text}" is a field: rows that have it are found. For the text write it in quotes.`);
      return this.exists(target);
    }
    const either = parseNetwork(text) ? 'ip' : parseMac(text) ? 'mac' : null;
    if (either) {
      const places = this.scope.find(either);
      if (places) return this.any(places, (field) => compareSql(this, field, '==', value));
    }
    if (isId(text))
      return joined(
        this.ownFields(['id']).map((field) => compareSql(this, field, '==', value)),
        'OR',
      );
    return this.occurs(value);
  }

  /** Names and texts of the record; in a search of flows its few own words (tcp, SF, tls) as a whole, and what was said in it. */
  private occurs(value: Value): string {
    if (this.scope.record.name !== 'flow') return this.anyText(this.ownFields(textKinds), value, false);
    const words = this.ownFields(textKinds).filter((field) => flowWords.has(field.name));
    const said = this.scope.linked.map((record) => [record, fieldsOf(record).filter((field) => textKinds.includes(field.kind))] as const);
    return joined(
      [
        this.anyText(words, value, true),
        ...said.filter(([, fields]) => fields.length > 0).map(([record, fields]) => ofFlow(record, this.anyText(fields, value, false))),
      ],
      'OR',
    );
  }

  private anyText(fields: readonly Field[], value: Value, isWhole: boolean): string {
    return joined(
      fields.map((field) => textSql(this, field, value, isWhole)),
      'OR',
    );
  }

  private ownFields(kinds: readonly Kind[]): Field[] {
    return fieldsOf(this.scope.record).filter((field) => kinds.includes(field.kind));
  }
}

/** Words of a flow that people type on their own. Its history or community id are asked by name. */
const flowWords: ReadonlySet<string> = new Set(['network.transport', 'network.protocol', 'wirecase.flow.state']);

const textKinds: readonly Kind[] = ['keyword', 'keywords', 'text'];

const isNot = (condition: string) => `(${condition}) IS NOT TRUE`;

/** Rows of `record` that name no flow would make a negation NULL and never match anyway. */
const ofFlow = (record: RecordType, condition: string) =>
  `"flow_id" IN (SELECT "flow_id" FROM "${record.name}" WHERE "flow_id" IS NOT NULL AND ${condition})`;

function joined(conditions: readonly string[], operator: 'AND' | 'OR'): string {
  if (conditions.length === 0) return 'FALSE';
  return conditions.length === 1 ? conditions[0]! : `(${conditions.join(` ${operator} `)})`;
}

/** The query language (libs/query) as the query bar needs it: coloured tokens, completions at the cursor, and what is wrong. */
import { type FieldInfo, type RecordType, WirecaseError } from '@wirecase/contract';
import { compile, complete, tokenize } from '@wirecase/query';
import type { Completion, QueryLanguage } from '../ui/query-bar.ts';

/** The language for searches of one record type, with the catalogue as the server gave it. */
export function languageOf(catalogue: readonly FieldInfo[], recordName: string): QueryLanguage {
  const types = recordTypesOf(catalogue);
  const record = types.find(({ name }) => name === recordName);
  if (!record) return { tokens: tokenize, complete: () => ({ from: 0, to: 0, items: [] }), check: () => null };
  const options = { record, catalogue: types };
  return {
    tokens: tokenize,
    complete: (text, cursor): Completion => {
      const { from, to, suggestions } = complete(text, cursor, options);
      return {
        from,
        to,
        items: suggestions.map(({ text: insert, doc }) => ({ text: insert, label: insert.replace(/:$/, ''), detail: doc })),
      };
    },
    check: (text) => {
      try {
        compile(text, options);
        return null;
      } catch (error) {
        if (!(error instanceof WirecaseError)) throw error;
        return { position: error.position ?? 0, message: error.message };
      }
    },
  };
}

/** Record types as the language wants them. What only the store needs (columns, indexes) is left empty. */
function recordTypesOf(catalogue: readonly FieldInfo[]): RecordType[] {
  const names = [...new Set(catalogue.map(({ record }) => record))];
  return names.map((name) => {
    const fields = catalogue.filter(({ record }) => record === name);
    return {
      name,
      title: name,
      doc: '',
      fields: Object.fromEntries(
        fields.map((field) => [field.name, { ...field, column: '', optional: true, tshark: null, indexed: false }]),
      ),
    };
  });
}

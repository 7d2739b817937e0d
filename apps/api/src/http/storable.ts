/** Whether PostgreSQL takes it as text and as JSON: neither holds a NUL or half a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Reviver for JSON bodies: refuses what no route could store, wherever it stands. */
export function requireStorable(key: string, value: unknown): unknown {
  if (isStorable(key) && (typeof value !== 'string' || isStorable(value))) return value;
  // The body parser takes an error apart and lets only one of JSON's kind through as what it is.
  throw new SyntaxError('The body has a text with a NUL or half a surrogate pair, which cannot be stored.');
}

/**
 * The search language: Wireshark's, Arkime's and KQL's spellings in one (SEARCH-AND-API.md). Text goes in, an SQL condition with parameters
 * comes out; fields, aliases and kinds come from the catalogue. Pure: the server compiles with it, the browser highlights and completes.
 */
export { compile, type Compiled, type CompileOptions } from './compile.ts';
export { complete, type Completion, type Suggestion } from './complete.ts';
export { tokenize, type Token, type TokenKind } from './token.ts';

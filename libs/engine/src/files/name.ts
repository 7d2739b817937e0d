/** Names of files, as protocols say them: with folders of either kind, shares, addresses. */

/** The last part of a path; `null` when there is none. */
export function baseName(path: string): string | null {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  return name === '' ? null : name;
}

/** What follows the last point, lower case, when it looks like an extension. */
export function extensionOf(name: string): string | null {
  return /[^.]\.([A-Za-z0-9_-]{1,16})$/.exec(name)?.[1]!.toLowerCase() ?? null;
}

/** Which file an `#include` means. Only files of the same model exist; nothing is ever opened. */

/** A path of `files`, relative to the including file; `null` when it leads outside, `undefined` when not there. */
export function resolveInclude(
  files: ReadonlyMap<string, string>,
  from: string,
  name: string,
): string | null | undefined {
  if (name.startsWith('/')) return null
  const parts = from.split('/').slice(0, -1)
  for (const part of name.split('/')) {
    if (part === '.' || part === '') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return null
  }
  const path = parts.join('/')
  return files.has(path) ? path : undefined
}

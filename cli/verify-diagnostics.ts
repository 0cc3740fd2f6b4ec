/** Complaints of the compiler as a terminal shows them: where, what, and the line with a caret under it. */
import { join } from 'node:path'
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import { describeOrigin } from '#lib/promela/source.ts'

/** `folder` is the model's, as the user named it; `files` are relative to it. */
export function diagnosticLines(
  diagnostics: readonly Diagnostic[],
  files: ReadonlyMap<string, string>,
  folder: string,
): readonly string[] {
  return diagnostics.flatMap(({ severity, message, file, line, column, span, origin, code }) => {
    const lines = [`${join(folder, file)}:${line}:${column}: ${severity}: ${message} [${code}]`]
    const source = files.get(file)?.split(/\r\n|\r|\n/)[line - 1]
    if (source !== undefined && source.length <= MAX_SHOWN) {
      const end = span.endLine === line ? span.endColumn : source.length + 1
      const width = Math.max(1, Math.min(end, source.length + 1) - column)
      // Tabs stay tabs: then the caret stands under its word whatever a tab is wide.
      const indent = source.slice(0, column - 1).replace(/[^\t]/g, ' ')
      lines.push(`    ${source}`, `    ${indent}^${'~'.repeat(width - 1)}`)
    }
    if (origin.length > 0) lines.push(`    ${describeOrigin(origin)}`)
    return lines
  })
}

/** Longer lines are no help. */
const MAX_SHOWN = 200

// What a model says of memory order, in comments that spin passes over:
//
//     /* coherent: tso x, flag */          stores to these globals go through a store buffer
//     /* coherent: fence smp_mb, mb */     calls of these inlines or macros wait until it is empty
//
// A comment is addressed to the checker when its first word is `coherent:`. The preprocessor does not see it, so it
// counts under every `#if`.
import type { Variable } from '#lib/promela/4-lower/program.ts'
import type { DiagnosticList } from '#lib/promela/diagnostic.ts'
import type { SourceFile, Span } from '#lib/promela/source.ts'

export type Named = { readonly name: string; readonly span: Span }

export type Annotation = { readonly tso: readonly Named[]; readonly fences: readonly Named[] }

/** Both lists are empty when nothing is said. What is said wrongly is reported, if there is somebody to report to. */
export function readAnnotation(files: readonly SourceFile[], diagnostics?: DiagnosticList): Annotation {
  const tso: Named[] = []
  const fences: Named[] = []
  for (const file of files) {
    for (const comment of commentsOf(file)) {
      const words = /^\s*coherent:\s*(\w*)/.exec(comment.text)
      if (!words) continue
      const [head, directive = ''] = words
      const list = directive === 'tso' ? tso : directive === 'fence' ? fences : null
      if (!list) {
        const wanted = `after "coherent:" comes "tso" or "fence" and names, not "${directive}"`
        diagnostics?.report('syntax', wanted, spanAt(file, comment.from, comment.text.length))
        continue
      }
      const rest = comment.text.slice(head.length)
      if (!/^\s+[A-Za-z_]\w*(?:\s*,\s*[A-Za-z_]\w*)*\s*$/.test(rest)) {
        const wanted = `"coherent: ${directive}" is followed by names with commas between them, and nothing else`
        diagnostics?.report('syntax', wanted, spanAt(file, comment.from, comment.text.length))
        continue
      }
      for (const match of rest.matchAll(/[A-Za-z_]\w*/g)) {
        const from = comment.from + head.length + match.index
        if (!list.some(({ name }) => name === match[0]))
          list.push({ name: match[0], span: spanAt(file, from, match[0].length) })
      }
    }
  }
  return { tso, fences }
}

/** No more cells in store buffers' reach: each is a way in which a buffer can drain. */
const MAX_CELLS = 64

/** The annotated variables; what cannot be delayed is reported. */
export function annotatedVariables(
  { tso, fences }: Annotation,
  globals: readonly Variable[],
  files: readonly SourceFile[],
  diagnostics: DiagnosticList,
): readonly Variable[] {
  for (const { name, span } of fences) {
    const defined = new RegExp(`(?:^[ \\t]*#[ \\t]*define[ \\t]+|\\binline\\s+)${name}\\b`, 'm')
    if (!files.some(({ text }) => defined.test(text)))
      diagnostics.report('unknown-name', `${name} is no inline and no macro of this model`, span)
  }
  let cells = 0
  return tso.flatMap(({ name, span }) => {
    const variable = globals.find((item) => item.name === name)
    if (!variable) {
      diagnostics.report('unknown-name', `${name} is no global variable of this model`, span)
      return []
    }
    if (variable.hidden || hasChannel(variable)) {
      const what = variable.hidden ? 'a hidden variable' : 'a channel'
      diagnostics.report('not-supported', `${what} cannot be in a store buffer`, span)
      return []
    }
    cells += cellCount(variable)
    if (cells > MAX_CELLS) {
      const message = `store buffers are for at most ${MAX_CELLS} cells: ${name} is too much`
      diagnostics.report('not-supported', message, span)
      return []
    }
    return [variable]
  })
}

export function cellCount({ length, stride }: Variable): number {
  return (length ?? 1) * stride
}

function hasChannel({ cell, fields }: Variable): boolean {
  return cell?.name === 'chan' || (fields?.some(hasChannel) ?? false)
}

type Comment = {
  readonly text: string
  /** Offset of the text in the file, in UTF-16 units. */
  readonly from: number
}

/** Comments with slash and star; a string or a line comment may contain what looks like one. */
function commentsOf({ text }: SourceFile): readonly Comment[] {
  const comments: Comment[] = []
  const parts = /"(?:\\.|[^"\\\n])*"|\/\/[^\n]*|\/\*([\s\S]*?)\*\//g
  for (const match of text.matchAll(parts))
    if (match[1] !== undefined) comments.push({ text: match[1], from: match.index + 2 })
  return comments
}

function spanAt({ name, text }: SourceFile, from: number, length: number): Span {
  const place = (offset: number): { readonly line: number; readonly column: number } => {
    const before = text.slice(0, offset).split(/\r\n|\r|\n/)
    return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
  }
  const start = place(from)
  const end = place(from + length)
  return { file: name, ...start, endLine: end.line, endColumn: end.column }
}

// A mutant is what an author gets who edits his text at its place: the same program, for every mutant of every sample.
import { describe, expect, it } from 'vitest'
import { compileModel, parseModel } from '#lib/promela/compile.ts'
import { readSamples } from '#lib/promela/shell/oracle/samples.ts'
import type { Span } from '#lib/promela/source.ts'
import { fingerprint } from './fingerprint.ts'
import { listMutants, type Mutant } from './mutants.ts'

function offsetOf(text: string, line: number, column: number): number {
  const before = text.split('\n').slice(0, line - 1)
  return before.reduce((sum, item) => sum + item.length + 1, 0) + column - 1
}

/** The edit that the description of the mutant asks for. */
function edited(text: string, { kind, span, text: words }: Mutant): string {
  const from = offsetOf(text, span.line, span.column)
  const to = offsetOf(text, span.endLine, span.endColumn)
  const put = (replacement: string, end = to): string => text.slice(0, from) + replacement + text.slice(end)
  const old = text.slice(from, to)
  switch (kind) {
    case 'atomic':
      return put(old.replace(/^(?:atomic|d_step)/, ''))
    case 'order': {
      const parts = /^([^;]*?)\s*(;|->)\s*([\s\S]*)$/.exec(old)
      return put(`${parts?.[3]}${parts?.[2]} ${parts?.[1]}`)
    }
    case 'call':
      // Of a macro the place is its name; the words have the arguments, too.
      return put('skip', Math.max(to, from + words.length))
    default:
      return put('skip')
  }
}

function isPlainPair(text: string, { span, text: words }: Mutant): boolean {
  const old = text.slice(offsetOf(text, span.line, span.column), offsetOf(text, span.endLine, span.endColumn))
  return (
    !old.includes('#') &&
    old.replace(/\s*(?:;|->)\s*/, '; ').replace(/\s+/g, ' ') === words.replace(/\s+/g, ' ')
  )
}

function programOf(text: string, defines: Readonly<Record<string, string>>, mutant?: string): string {
  const { program, diagnostics } = compileModel({
    files: new Map([['m.pml', text]]),
    main: 'm.pml',
    defines,
    ...(mutant ? { mutant } : {}),
  })
  if (!program) throw new Error(`${JSON.stringify(diagnostics[0])}\n${text}`)
  return fingerprint(program)
}

const texts: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  ...readSamples().flatMap(({ name, text, variants }) =>
    variants.map(({ defines }) => [`${name} ${JSON.stringify(defines)}`, text, defines] as const),
  ),
  [
    'macros with and without arguments',
    `byte l, x;
#define unlock(v) v = 0
#define FREE (l == 0)
#define both x = 1; l = 1
active [2] proctype P() { atomic { FREE -> l = 1 }; x++; unlock(l); both; d_step { x = 0; unlock(l) } }`,
    {},
  ],
]

describe('a mutant is the text with that edit', () => {
  it.each(texts)('%s', (_, text, defines) => {
    const { model, files } = parseModel({ files: new Map([['m.pml', text]]), main: 'm.pml', defines })
    const mutants = listMutants(model, files)
    expect(mutants.length).toBeGreaterThan(0)
    const here = ({ line, column }: Span): string => `${line}:${column}`
    let compared = 0
    for (const mutant of mutants) {
      // A swap across a # line, or of what a macro hides, is no edit of a few words.
      const swapsLines = mutant.kind === 'order' && !isPlainPair(text, mutant)
      if (swapsLines) continue
      const words = `${mutant.kind} ${here(mutant.span)} ${mutant.text}`
      expect(programOf(text, defines, mutant.id), words).toBe(programOf(edited(text, mutant), defines))
      compared++
    }
    expect(compared).toBeGreaterThan(mutants.length / 2)
  })
})

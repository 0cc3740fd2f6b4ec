import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyEdits } from './apply-edits.ts'
import { codePlaces, editsOutsideCode } from './code-places.ts'
import { parseWriteup } from './parse.ts'

const front = '---\ntitle: x\n---\n\n'

/** What `--fix` makes of a text, as often as it finds something. */
function mended(text: string): string {
  let now = text
  for (let round = 0; round < 5; round++) {
    const parsed = parseWriteup({ file: 'problem.mdx', writeup: 'problem', source: now })
    const edits = parsed.ok ? [] : parsed.error.flatMap(({ fix }) => fix ?? [])
    now = applyEdits(now, editsOutsideCode('problem.mdx', now, edits)).text
  }
  return now
}

const SIGNS = [
  '{',
  '}',
  '{b}',
  '<',
  '<3',
  '<x.h>',
  '<t>',
  '</t>',
  '##a',
  '$',
  '[a](#b)',
  '&amp;',
  '\\{',
  'a*b',
]
/** Without backticks, so that what is generated as code is code. */
const words = fc
  .array(fc.oneof(fc.constantFrom(...SIGNS), fc.constantFrom('one', 'two', '\n')), { maxLength: 8 })
  .map(
    (parts) =>
      parts
        .join(' ')
        .replace(/\s*\n\s*/g, '\n')
        .trim() || 'w',
  )
const signs = fc.array(fc.constantFrom('{', '}', '<', '##x', '<t>', '</t>', 'a', '-->', '$'), {
  minLength: 1,
  maxLength: 5,
})

/** Blocks, and the code of each as it stands in the file. */
const block = fc.oneof(
  words.map((text) => ({ text, code: [] as string[] })),
  fc.tuple(words, signs, fc.boolean(), words).map(([before, inner, isOverLine, after]) => {
    const code = `\`q${inner.join(isOverLine ? '\n' : ' ')}q\``
    return { text: `${before} ${code} ${after}`, code: [code] }
  }),
  fc
    .tuple(words, signs, fc.constantFrom('', '\n'), fc.constantFrom('```c', '~~~'))
    .map(([before, inner, gap, fence]) => {
      const code = `${fence}\n${inner.join('\n')}\n`
      return { text: `${before}\n${gap}${code}${fence.slice(0, 3)}`, code: [code] }
    }),
  fc.tuple(words, signs).map(([before, inner]) => {
    const code = inner.map((row) => `    ${row}`).join('\n')
    return { text: `${before}\n\n${code}`, code: [code] }
  }),
  fc.tuple(words, signs).map(([before, inner]) => {
    const code = `  ${inner.join('\n  ')}\n`
    return { text: `- ${before.replaceAll('\n', '\n  ')}\n\n  \`\`\`\n${code}  \`\`\``, code: [code] }
  }),
)

test('nothing that is mended changes a sign within code', () => {
  fc.assert(
    fc.property(fc.array(block, { minLength: 1, maxLength: 3 }), (blocks) => {
      const text = `${front}${blocks.map((one) => one.text).join('\n\n')}\n`
      const is = mended(text)
      let at = 0
      for (const code of blocks.flatMap((one) => one.code)) {
        const found = is.indexOf(code, at)
        expect(found, `${code}\nis no longer in\n${is}\nwhich was\n${text}`).toBeGreaterThanOrEqual(0)
        at = found + code.length
      }
    }),
    { numRuns: 80 },
  )
})

test('an edit within code is left out, one beside it and one of the word behind a fence are not', () => {
  const text = `${front}a \`b\` c\n\n\`\`\`promla\nx\n\`\`\`\n\n    y\n`
  const edit = (line: number, column: number, length = 0) => ({ line, column, length, text: '\\' })
  const outside = [edit(5, 1), edit(5, 3), edit(5, 6), edit(7, 4, 6)]
  const within = [edit(5, 4), edit(5, 5, 2), edit(8, 1), edit(8, 1, 1), edit(11, 5)]
  expect(editsOutsideCode('problem.mdx', text, [...outside, ...within])).toEqual(outside)
})

test('what stands between two runs of backticks is left alone, though a tag on its own line parts them', () => {
  const source = 'a `{b\n</t>\n{c` d\n'
  const at = source.indexOf('{c')
  expect(codePlaces('problem.mdx', source).some(({ start, end }) => start <= at && at < end)).toBe(true)
})

test('of what nobody can read it is what looks like code', () => {
  const source = 'a `b` <Note>\n\n{c}\n\nimport {\n\n```\nd\n```\n'
  for (const part of ['b', 'd\n']) {
    const at = source.indexOf(part === 'b' ? '`b' : 'd\n')
    expect(codePlaces('problem.mdx', source).some(({ start, end }) => start <= at && at < end)).toBe(true)
  }
})

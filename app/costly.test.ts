import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { costlyKind } from '#lib/request/costly.ts'

/**
 * What takes turns is known by its address (lib/request/costly.ts), which knows nothing of what stands here: this holds the two
 * together, so that a new page that draws a text, or a new form with words, is not forgotten.
 */
const ROOT = join(import.meta.dirname, 'rfc/[slug]')
const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /(?:^|\/)(?:page\.tsx|route\.ts)$/.test(file),
)
const EXAMPLES: Readonly<Record<string, string>> = {
  '[revision]': 'v1',
  '[writeup]': 'lifetime',
  '[number]': '7',
}
const addressOf = (file: string) =>
  join(
    '/rfc/a',
    dirname(file).replace(/\[[^\]]+\]/g, (name) => EXAMPLES[name] ?? 'x'),
  ).replace(/\/$/, '')
const codeOf = (file: string) => readFileSync(join(ROOT, file), 'utf8')

test('each page that draws a text or a thread takes turns', () => {
  const drawing = files.filter((file) => /<Reading\b|<ThreadPage\b/.test(codeOf(file)))
  expect(drawing.length).toBeGreaterThan(2)
  for (const file of drawing)
    expect(costlyKind({ method: 'GET', target: addressOf(file) }), file).toBe('page')
})

test('each form with words takes turns', () => {
  const forms = files.filter((file) => /answerCommentForm[<(]/.test(codeOf(file)))
  expect(forms.length).toBeGreaterThan(2)
  for (const file of forms)
    expect(costlyKind({ method: 'POST', target: addressOf(file) }), file).toBe('words')
})

import { applyPatch } from 'diff'
import { expect, test } from 'vitest'
import { suggestionPatch } from './suggestion-patch.ts'

const file = (path: string, text: string) => ({ path, bytes: new TextEncoder().encode(text) })

test.each([
  [
    'tabs at the ends of lines',
    'one\t\ntwo\t\nthree words\nfour\t\n',
    'one\t\ntwo\t\nthree others\nfour\t\n',
  ],
  ['a mark of byte order', '\ufeffone\ntwo\n', '\ufeffone\nthree\n'],
  ['no line end at the end', 'one\ntwo', 'one\nthree'],
  [
    'lines that look like those of a patch',
    '=====\n--- a\n@@ -1 +1 @@\ntwo\n',
    '=====\n--- a\n@@ -1 +1 @@\nthree\n',
  ],
])('a patch makes the text that it was made of, to the byte: %s', (_, old, changed) => {
  const patch = suggestionPatch('Head', [], [file('a.mdx', old)], [file('a.mdx', changed)])
  const diff = patch.slice(patch.indexOf('--- a/a.mdx'))
  expect(applyPatch(old, diff)).toBe(changed)
  expect(diff.split('\n').slice(0, 2)).toEqual(['--- a/a.mdx', '+++ b/a.mdx'])
})

test('it begins with one line and who suggested it, and has nothing where nothing changed', () => {
  const [one, two] = [file('a.mdx', 'one\n'), file('b.mdx', 'two\n')]
  expect(suggestionPatch('Head', ['Suggested-by: A <a@x.example>'], [one, two], [one, two])).toBe('')
  const patch = suggestionPatch(
    'Head',
    ['Suggested-by: A <a@x.example>', 'Suggested-by: B <b@x.example>'],
    [one, two],
    [one, file('b.mdx', 'three\n')],
  )
  expect(patch).toMatch(
    /^Head\n\nSuggested-by: A <a@x.example>\nSuggested-by: B <b@x.example>\n---\ndiff --git a\/b.mdx b\/b.mdx\n/,
  )
  expect(patch).not.toContain('a.mdx')
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mailedComment, storedComment } from '#lib/review/comment/comment-mail.ts'
import { NO_WORDS } from './suggestion.ts'
import { readSuggestion, withSuggestion } from './suggestion-lines.ts'

const suggestion = { old: 'the words\n> that stand', replacement: 'other words' }

test('it stands at the end of the words, what goes above what comes', () => {
  expect(withSuggestion('I would say it so.', suggestion)).toBe(
    'I would say it so.\n\nSuggestion:\n- the words\n- > that stand\n+ other words',
  )
})

test('property: it comes back as it was, with the words', () => {
  const line = fc.constantFrom(
    '',
    'a',
    '- b',
    '+ c',
    'Suggestion:',
    '> d',
    '  set in',
    'long '.repeat(30).trim(),
  )
  const text = fc.array(line, { minLength: 1, maxLength: 5 }).map((lines) => lines.join('\n'))
  fc.assert(
    fc.property(text, text, text, (words, old, replacement) => {
      if (words.trim() === '' || words.endsWith('\n') || old === '' || words === NO_WORDS) return
      // As a trailing empty line of a comment is no words of it, one of a suggestion is none either.
      const said = { old, replacement }
      const read = readSuggestion(withSuggestion(words, said))
      expect(read).toEqual({ words, suggestion: said })
    }),
  )
})

test('it survives its way as a mail, wrapped lines and all', () => {
  const long = { old: 'word '.repeat(40).trim(), replacement: 'other '.repeat(40).trim() }
  const sender = { name: 'Reva', address: 'reva@example.org' }
  const { lines, way } = mailedComment(withSuggestion('So.', long), sender)
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(77)
  expect(readSuggestion(storedComment(lines, way) ?? '')).toEqual({ words: 'So.', suggestion: long })
  // Somebody else's mailer says nothing of what it wrapped.
  expect(readSuggestion(lines.join('\n'), true)).toEqual({ words: 'So.', suggestion: long })
})

test('without words it is nothing but itself', () => {
  expect(readSuggestion('Suggestion:\n- a\n+ b')).toEqual({
    words: NO_WORDS,
    suggestion: { old: 'a', replacement: 'b' },
  })
  expect(withSuggestion(NO_WORDS, { old: 'a', replacement: '' })).toBe('Suggestion:\n- a')
})

test.each([
  ['a list', 'Suggestion: take it\n- a\n- b'],
  ['words below it', 'Suggestion:\n- a\n+ b\n\nRegards'],
  ['nothing replaced', 'Suggestion:\n+ b'],
  ['what comes before what goes', 'Suggestion:\n+ b\n- a'],
  ['a line that is neither', 'Suggestion:\n- a\nb'],
  ['more than anybody suggests', `Suggestion:\n- a\n+ ${'b'.repeat(20_001)}`],
])('%s is none', (_, text) => {
  expect(readSuggestion(text)).toBeNull()
})

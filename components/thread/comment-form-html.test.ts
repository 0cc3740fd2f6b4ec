import { expect, test } from 'vitest'
import { type CommentForm, commentFormHtml } from './comment-form-html.ts'

const ERROR = 'An objection says what would clear it.'
const form = (change: Partial<CommentForm>, fields: Record<string, string> = {}) =>
  commentFormHtml({
    ...{ kind: 'thread', slug: 'futex', clientKey: 'k', typed: '', cancelHref: '#', writer: 'w' },
    fields: { revision: '1', blockKey: 'b', ...fields },
    ...change,
  }).text
/** The names of the fields that are marked as wrong, and of the one that is focused. */
const marked = (text: string) => ({
  wrong: Array.from(text.matchAll(/name="(\w+)"[^>]*aria-invalid="true"/g), ([, name]) => name),
  focused: Array.from(text.matchAll(/name="(\w+)"[^>]* autofocus/g), ([, name]) => name),
  told: text.split(ERROR).length - 1,
})

test('an error stands at the field that it is about, which is marked and focused, and no other', () => {
  const objects = { objects: 'yes', kind: 'objection' }
  const clears = { wrong: ['clearsWhen'], focused: ['clearsWhen'], told: 1 }
  expect(marked(form({ error: ERROR, wrong: 'clearsWhen' }, objects))).toEqual(clears)
  const suggestion = { wrong: ['suggestion'], focused: ['suggestion'], told: 1 }
  expect(marked(form({ error: ERROR, wrong: 'suggestion' }, { suggests: 'yes' }))).toEqual(suggestion)
  expect(marked(form({ error: ERROR }, objects))).toEqual({ wrong: ['body'], focused: ['body'], told: 1 })
  expect(marked(form({}, objects))).toEqual({ wrong: [], focused: ['body'], told: 0 })
})

test('an error about a field that the form does not show stands at the text', () => {
  const body = { wrong: ['body'], focused: ['body'], told: 1 }
  expect(marked(form({ error: ERROR, wrong: 'clearsWhen' }))).toEqual(body)
  expect(marked(form({ error: ERROR, wrong: 'suggestion' }))).toEqual(body)
  expect(form({ kind: 'act', error: ERROR }, { thread: '7', act: 'split' })).toContain(ERROR)
})

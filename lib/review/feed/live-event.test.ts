import { expect, test } from 'vitest'
import { EVENTS } from '#lib/review/event/event.ts'
import { eventNumbered, heardOf, liveChange } from './live-event.ts'

test('a comment, a state and a revision are told by their numbers, and never by their words', () => {
  expect(liveChange('comment-added', { thread: 5, comment: 'c-id', mail: 'a@b' })).toEqual({
    kind: 'comment',
    thread: 5,
  })
  expect(liveChange('objection-overridden', { thread: 7, reason: 'Secret words.' })).toEqual({
    kind: 'thread',
    thread: 7,
  })
  expect(liveChange('revision-published', { revision: 3, contentHash: 'x' })).toEqual({
    kind: 'revision',
    revision: 3,
  })
  expect(liveChange('thread-pinned', { thread: 4, revision: 2, block: 'secret-words' })).toEqual({
    kind: 'thread',
    thread: 4,
  })
  expect(liveChange('claims-checked', { revision: 3, claims: 9, fallen: ['secret-words'] })).toEqual({
    kind: 'verdict',
    revision: 3,
  })
  expect(liveChange('state-changed', { from: 'ready', to: 'in_review', because: 'asked' })).toEqual({
    kind: 'state',
  })
})

test('roles, invitations and what was done with mail are told to nobody', () => {
  const quiet = [
    'role-given',
    'role-taken',
    'invitation-made',
    'visibility-set',
    'mail-dropped',
    'account-deleted',
  ]
  for (const kind of quiet) {
    expect(Object.keys(EVENTS)).toContain(kind)
    expect(liveChange(kind, { thread: 1 })).toBeNull()
  }
  expect(liveChange('toString', {})).toBeNull()
  expect(liveChange('comment-added', null)).toEqual({ kind: 'comment' })
})

test('what is heard that is not ours is nothing', () => {
  const id = '0b4f8a00-0000-4000-8000-000000000000'
  expect(heardOf(`${id} 12`)).toEqual({ proposalId: id, event: 12n })
  for (const other of ['', id, `${id} x`, `${id} 12 13`, `${id} ${'9'.repeat(30)}`])
    expect(heardOf(other)).toBeNull()
  expect(eventNumbered('12')).toBe(12n)
  for (const other of [null, '', '-1', '1e3', '9'.repeat(30)]) expect(eventNumbered(other)).toBeNull()
})

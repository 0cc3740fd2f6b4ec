import { expect, test } from 'vitest'
import { STANCE_VALUES } from '#lib/review/stance/stance.ts'
import type { ReviewState } from '#lib/review/turn/review-state.ts'
import { formAgain } from './review-forms-html.ts'
import { reviewStateHtml } from './review-state-html.ts'

const at = '2026-11-29T12:00:00.000Z'
const NOW = Date.parse(at) + 3 * 24 * 60 * 60_000
const HOSTILE = '"><script>alert(1)</script>'
const shown = (over: Partial<ReviewState> = {}): ReviewState => ({
  ...{ slug: 'futex', title: 'Futex', state: 'in_review', since: at, number: 2, lastCallEndsAt: null },
  ...{ because: '', decision: null, objections: 0, questions: 0, gateOpen: 0, turns: [], acts: [] },
  ...{ reviewers: [], holds: [], mayHold: false, stances: [], mayTake: [], signedIn: true },
  ...{ editorial: [], mayMark: [] },
  ...over,
})
const textOf = (over: Partial<ReviewState> = {}) => reviewStateHtml(shown(over), NOW).text

test('what is not possible is said with what is in the way, and has no button', () => {
  const text = textOf({
    acts: [
      { act: 'accept', refusal: 'objections-stand' },
      { act: 'reject', refusal: null },
    ],
  })
  expect(text).toContain('<strong>Accept</strong> is not possible now. An objection stands.')
  expect(text).not.toContain('value="accept"')
  expect(text).toContain('value="reject"')
  expect(text).toContain('name="seen" value="in_review"')
})

test('whose turn it is says who, what, where and for how long', () => {
  const turn = { name: 'Ann', words: 'answer #7', href: '/rfc/futex/t/7', since: at, isViewer: false }
  expect(textOf({ turns: [turn] })).toContain('Ann: <a href="/rfc/futex/t/7">answer #7</a>, for 3 days')
  expect(textOf({ turns: [{ ...turn, isViewer: true }] })).toContain('<strong>You</strong>')
})

test('a decision says who, when, on which revision, why, and what was overridden and why', () => {
  const overridden = [{ number: 7, words: 'It leaks.', reason: 'Met in v2.' }]
  const decision = { by: 'Max', at, revision: 2, reason: 'Good.', overridden }
  const text = textOf({ state: 'accepted', decision })
  for (const part of [
    '<strong>accepted</strong> by Max',
    'Because: Good.',
    '#7</a>: It leaks.',
    'Met in v2.',
  ])
    expect(text).toContain(part)
  expect(textOf({ state: 'accepted', decision: { ...decision, overridden: [] } })).toContain(
    'No objection was overridden.',
  )
})

test('a stance says what it covers, what of it is stale, and is taken back by its owner alone', () => {
  const stance = {
    ...{
      id: '5',
      name: 'Reva',
      value: 'reviewed_by' as const,
      writeups: ['lifetime'],
      revision: 1,
      words: '',
    },
    ...{
      trailer: 'Reviewed-by: Reva <r@example.org>',
      at,
      byMail: false,
      stale: ['lifetime'],
      edited: [],
      isViewer: false,
    },
  }
  const text = textOf({ stances: [stance] })
  expect(text).toContain('<a href="/rfc/futex/v1..v2#lifetime">lifetime</a> changed, v1 to v2')
  expect(text).toContain('Reviewed-by: Reva &lt;r@example.org&gt;')
  expect(text).not.toContain('withdraw-stance')
  const own = { stances: [{ ...stance, isViewer: true }], mayTake: ['reviewed_by' as const] }
  expect(textOf(own)).toContain('withdraw-stance')
  // Once read again it is said again, of what changed, by one press.
  expect(textOf(own)).toContain('name="writeups" value="lifetime"><button')
  expect(textOf({ ...own, mayTake: [] })).not.toContain('Say it again')
  expect(text).not.toContain('Say it again')
})

test('what is editorial stands with the words that changed, and with the form of who may say otherwise', () => {
  const mark = {
    ...{ revision: 2, writeup: 'lifetime', by: 'Ann', at, disputed: null, mayDispute: false },
    changes: [{ before: 'of', old: 'teh', now: 'the', after: HOSTILE }],
  }
  const text = textOf({ editorial: [mark] })
  expect(text).toContain('<del>teh</del> <ins>the</ins>')
  expect(text).toContain('/rfc/futex/v1..v2')
  expect(text).not.toContain('<script')
  expect(text).not.toContain('value="dispute-editorial"')
  expect(textOf({ editorial: [{ ...mark, mayDispute: true }] })).toContain('value="dispute-editorial"')
  expect(textOf({ editorial: [{ ...mark, disputed: { by: 'Reva', reason: HOSTILE } }] })).toContain(
    '<strong>Not editorial</strong>, says Reva: &quot;&gt;&lt;script&gt;',
  )
  expect(textOf()).not.toContain('Editorial')
  const form = textOf({ mayMark: ['lifetime'] })
  expect(form).toContain('value="mark-editorial"')
  expect(
    formAgain(shown({ mayMark: ['problem', 'lifetime'] }), 'mark-editorial', {
      writeup: 'lifetime',
      revision: '2',
    })?.text,
  ).toContain('value="lifetime" selected')
})

test('words of anybody are text, on the page and in a form that comes back', () => {
  const hold = { by: HOSTILE, reason: HOSTILE, until: at, isViewer: false }
  expect(textOf({ title: HOSTILE, holds: [hold] })).not.toContain('<script')
  const again = formAgain(shown({ mayTake: STANCE_VALUES }), 'take-stance', {
    ...{ words: HOSTILE, value: 'nacked_by', writeups: 'lifetime', revision: '2' },
  })
  expect(again?.text).not.toContain('<script')
  expect(again?.text).toContain('value="nacked_by" selected')
  expect(again?.text).toContain('value="lifetime" checked')
  expect(again?.text).not.toContain('value="problem" checked')
})

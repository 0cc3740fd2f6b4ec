/**
 * A review of the flagship as values: replies four deep, quotes of a table row, of a line of code, of a claim and of
 * half a paragraph, comments with a table, code, a list and a typed quote of their own, three persons, two of whose
 * names are not ASCII. Words of nobody; a minute between two comments, so that each mail reader sorts them alike.
 */

import { invariant } from '#lib/result.ts'
import type { CommentForMail, ThreadForMail } from '#lib/review/export/thread-for-mail.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'

const PEOPLE = {
  reva: { name: 'Reva Reviewer', publicAddress: 'reva@lists.example.net' },
  unal: { name: 'Ünal Größe', publicAddress: 'unal@lists.example.net' },
  // Without a public address: the mail comes from one that is made for the person.
  tanaka: { name: '田中 太郎', publicAddress: null },
} as const

const BEGAN = Date.UTC(2026, 10, 24, 9, 0, 0) / 1000

type Words = { by: keyof typeof PEOPLE; says: string; answers?: number; isDeleted?: true }
type Discussion = { about: string; part?: string; kind?: ThreadForMail['kind']; comments: readonly Words[] }

const DISCUSSIONS: readonly Discussion[] = [
  {
    about: 'IORING_OP_FUTEX_WAITV wait on 1 to 128 words',
    kind: 'question',
    comments: [
      { by: 'reva', says: 'Is 128 the limit of `futex_waitv()` as well? The row does not say.' },
      {
        by: 'unal',
        says: 'It is. `FUTEX_WAITV_MAX` is one constant for both:\n\n```c\nif (!nr || nr > FUTEX_WAITV_MAX)\n\treturn -EINVAL;\n```\n\nThe next revision names it.',
        answers: 0,
      },
      { by: 'tanaka', says: 'では、それで良いです。 That settles it for me.', answers: 1 },
    ],
  },
  {
    about: 'An io_uring request waits for a futex',
    comments: [
      {
        by: 'tanaka',
        says: 'A summary of what I would want to read first:\n\n1. who owns the entry,\n2. what a cancel may touch,\n   - before the dequeue,\n   - after it,\n3. how long `hb->lock` is held.',
      },
    ],
  },
  {
    about: 'q->lock_ptr = NULL',
    kind: 'issue',
    comments: [
      {
        by: 'unal',
        says: 'The store has to be the **last** access to `q`. Please say so [as the core does](https://www.kernel.org/doc/html/latest/locking/futex-requeue-pi.html).',
      },
      {
        by: 'reva',
        says: 'Agreed, and the order of the two stores matters:\n\n| store | seen by |\n| --- | --- |\n| chain | the next waker |\n| lock_ptr | the cancel |',
        answers: 0,
      },
      { by: 'unal', says: 'From here on I will call that the *token*.', answers: 1 },
      {
        by: 'reva',
        says: '> chain\n\nOnly under the lock. 2/4 of the text rests on it.\n\nReviewed-by: Reva Reviewer <reva@lists.example.net>',
        answers: 2,
      },
      { by: 'tanaka', says: '+1, und für „ge­nau einmal“ gilt dasselbe: 3 × ≤ 1 µs.', answers: 0 },
    ],
  },
  {
    about: 'No waiter stays queued',
    part: 'no waiter stays queued',
    kind: 'objection',
    comments: [
      {
        by: 'reva',
        says: 'Two waiters are not a bound that I believe. What happens with a requeue between the two?',
      },
      { by: 'unal', says: 'words that are taken back', answers: 0, isDeleted: true },
      {
        by: 'reva',
        says: 'This answers what was taken back.\n\n--- \n\nThe line above is not a cut, and this is no patch:\n\n    diff --git a/x b/x',
        answers: 1,
      },
    ],
  },
]

/** The threads, each on the block of the bundle that says `about`. */
export function reviewOf(bundle: Pick<Bundle, 'blocks'>): ThreadForMail[] {
  let written = 0
  return DISCUSSIONS.map(({ about, part, kind = 'note', comments }, index) => {
    const block = bundle.blocks.find(({ text }) => text.toLowerCase().includes(about.toLowerCase()))
    invariant(block, `the flagship no longer says: ${about}`)
    const start = part === undefined ? 0 : Math.max(0, block.text.indexOf(part))
    const thread = index + 1
    return {
      number: thread,
      kind,
      state: 'open',
      anchor: {
        blockKey: block.key,
        start,
        end: part === undefined ? block.text.length : start + part.length,
      },
      comments: comments.map(({ by, says, answers, isDeleted = false }, i): CommentForMail => {
        const id = idOf(thread, i)
        return {
          id,
          seq: i + 1,
          parentId: answers === undefined ? null : idOf(thread, answers),
          messageId: `20261124.c-${id}@example.org`,
          author: { id: idOf(0, Object.keys(PEOPLE).indexOf(by)), ...PEOPLE[by] },
          body: isDeleted ? '' : says,
          writtenAt: BEGAN + 60 * written++,
          isDeleted,
        }
      }),
    }
  })
}

const idOf = (thread: number, position: number) =>
  `00000000-0000-4000-8000-${String(thread).padStart(6, '0')}${String(position).padStart(6, '0')}`

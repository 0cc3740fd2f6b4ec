/** Discussions as people have them, made for tests: threads on any block, trees of answers, words of all kinds. */
import fc from 'fast-check'
import type { CommentForMail, ThreadForMail } from '#lib/review/export/thread-for-mail.ts'
import { wholeOf } from '#lib/review/thread/whole.ts'
import type { Block } from '#lib/writeup/blocks/blocks.ts'

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

const PEOPLE = [
  { name: 'Reva Reviewer', publicAddress: 'reva@example.net' },
  { name: 'Ünal Größe', publicAddress: 'uenal@example.net' },
  { name: '日本 太郎', publicAddress: null },
  { name: 'Keeper, Mika (Example)', publicAddress: 'mika@example.org' },
] as const

const sentence = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: fc.lorem({ maxCount: 6 }) },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          'futex_wait_setup()',
          '`hb->lock`',
          '*not* so',
          '**never**',
          'see https://lore.kernel.org/r/x@y there',
          '[the commit](https://example.org/c/1)',
          'a < b && c > d',
          'größer als 日本',
          '~~gone~~ kept',
          'struct io_kiocb *req',
          '0x10',
          'foo@bar.example said',
          '#define X',
          '[1] is missing',
        ),
      },
    ),
    { minLength: 1, maxLength: 6 },
  )
  .map((words) => `${words.join(' ')}.`)

const paragraph = fc.array(sentence, { minLength: 1, maxLength: 4 }).map((all) => all.join(' '))

const passage = fc.oneof(
  { weight: 6, arbitrary: paragraph },
  {
    weight: 1,
    arbitrary: fc
      .array(sentence, { minLength: 1, maxLength: 4 })
      .map((all) => all.map((one) => `- ${one}`).join('\n')),
  },
  { weight: 1, arbitrary: sentence.map((one) => `\`\`\`c\nint x = 1;\n\tif (x)\n/* ${one} */\n\`\`\``) },
  { weight: 1, arbitrary: sentence.map((one) => `| a | b |\n|---|---|\n| ${one.replaceAll('|', '')} | 2 |`) },
  { weight: 1, arbitrary: fc.tuple(sentence, sentence).map(([quoted, own]) => `> ${quoted}\n\n${own}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'No.',
      'Yes, exactly.',
      'Why?',
      'Ack.',
      '1. one\n2. two',
      '# Heading\n\nwords',
    ),
  },
)

const body = fc.array(passage, { minLength: 1, maxLength: 4 }).map((all) => all.join('\n\n'))

/** @param wholes one thread in five is about all of a write-up */
export function discussions(
  blocks: readonly Block[],
  { wholes = false }: { readonly wholes?: boolean } = {},
): fc.Arbitrary<ThreadForMail[]> {
  const comment = fc.record({
    body,
    who: fc.nat(PEOPLE.length - 1),
    parent: fc.nat(20),
    writtenAt: fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }),
    deleted: fc.nat(9),
    /** Quotes words of the answered comment, as a reply button puts them there. */
    quotes: fc.boolean(),
  })
  return fc
    .array(
      fc.record({
        block: fc.nat(blocks.length - 1),
        kind: fc.constantFrom('note', 'note', 'question', 'issue', 'objection'),
        state: fc.constantFrom('open', 'open', 'answered', 'resolved', 'dropped'),
        range: fc.option(fc.tuple(fc.nat(60), fc.nat(60))),
        comments: fc.array(comment, { minLength: 1, maxLength: 8 }),
        whole: wholes ? fc.nat(4).map((one) => one === 0) : fc.constant(false),
      }),
      { minLength: 1, maxLength: 4 },
    )
    .map((all) =>
      all.map(({ block, kind, state, range, comments, whole }, t): ThreadForMail => {
        const { key = '', text = '', writeup = '' } = blocks[block] ?? {}
        const made: CommentForMail[] = []
        for (const [i, c] of comments.entries()) {
          const id = uuid(1000 * (t + 1) + i)
          const parent = i === 0 ? null : made[c.parent % i]
          const quoted = parent && !parent.isDeleted && c.quotes ? `> ${parent.body.split('\n')[0]}\n\n` : ''
          const isDeleted = c.deleted === 0
          const person = PEOPLE[c.who] ?? PEOPLE[0]
          made.push({
            id,
            seq: i + 1,
            parentId: parent?.id ?? null,
            messageId: `20261125.c-${id}@example.org`,
            author: { id: uuid(c.who + 1), ...person },
            body: isDeleted ? '' : quoted + c.body,
            writtenAt: c.writtenAt,
            isDeleted,
          })
        }
        return {
          number: t + 1,
          kind: kind as ThreadForMail['kind'],
          state: state as ThreadForMail['state'],
          anchor: whole
            ? { blockKey: wholeOf(writeup), start: 0, end: 0 }
            : { blockKey: key, ...rangeOf(text, range) },
          comments: made,
        }
      }),
    )
}

/** Never within a character. */
function rangeOf(text: string, range: readonly [number, number] | null): { start: number; end: number } {
  if (!range) return { start: 0, end: text.length }
  const isLow = (at: number) => /[\udc00-\udfff]/.test(text[at] ?? '')
  let start = Math.min(range[0], text.length - 1)
  let end = Math.min(text.length, start + 1 + range[1])
  if (isLow(start)) start--
  if (isLow(end)) end++
  return { start, end }
}

/** A discussion of any size on a published revision, for measuring: as people talk, and the same for the same seed. */
import 'server-only'
import { createHash } from 'node:crypto'
import { makeSelector } from '#lib/anchor/selector.ts'
import { db, writeAs } from '#lib/db.server.ts'
import { invariant } from '#lib/result.ts'
import { writeDiscussion } from '#lib/review/acts/write-discussion.server.ts'
import { commentMessageId } from '#lib/review/comment/message-id.ts'

export type Seeded = { readonly slug: string; readonly threads: number; readonly comments: number }

const PEOPLE = 40
/** Comments of one transaction. */
const BATCH = 500
const BEGAN = Date.UTC(2026, 0, 5, 9)
const MINUTE_MS = 60_000

/**
 * Adds `threads` threads with `comments` comments in all to the newest revision of `slug`: most threads have a dozen,
 * one has a twentieth of everything, one in five is resolved.
 */
export async function seedDiscussion({
  slug,
  threads: threadCount,
  comments: commentCount,
}: Seeded): Promise<void> {
  const random = randomFrom(slug)
  const revision = await db().revision.findFirst({
    where: { proposal: { slug } },
    orderBy: { number: 'desc' },
    select: { id: true, proposalId: true, plainText: true, textVersion: true, frontMatter: true },
  })
  invariant(revision, `${slug} is published`)
  const { id: revisionId, proposalId } = revision
  const blocks = await db().block.findMany({
    where: { revisionId },
    orderBy: { textStart: 'asc' },
    select: { key: true, textStart: true, textEnd: true },
  })
  const document = {
    text: revision.plainText,
    textVersion: revision.textVersion,
    blocks: blocks.map(({ key, textStart, textEnd }) => ({ key, start: textStart, end: textEnd })),
  }
  const uuid = (name: string) => {
    const hex = createHash('sha256').update(`${slug} ${name}`).digest('hex')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
  }
  const people = Array.from({ length: PEOPLE }, (_, i) => ({ id: uuid(`person ${i}`), name: nameOf(i) }))
  await db().person.createMany({ data: people })
  const anybody = () => people[Math.floor(random() * PEOPLE)]?.id ?? ''

  const sizes = sizesOf(threadCount, commentCount, random)
  let written = 0
  for (let from = 0; from < threadCount; ) {
    let upTo = from
    let batch = 0
    while (upTo < threadCount && (batch === 0 || batch + (sizes[upTo] ?? 0) <= BATCH))
      batch += sizes[upTo++] ?? 0
    const numbers = Array.from({ length: upTo - from }, (_, i) => from + i)
    const threads = numbers.map((n) => {
      const block = document.blocks[Math.floor(random() * document.blocks.length)]
      invariant(block, 'a revision has blocks')
      const pointed = makeSelector(document, block.key)
      invariant(pointed.ok, 'a block has text')
      return {
        ...{ id: uuid(`thread ${n}`), proposalId, revisionId, author: anybody(), kind: 'note' as const },
        at: new Date(BEGAN + written * MINUTE_MS),
        state: random() < 0.2 ? ('resolved' as const) : ('open' as const),
        clearCondition: null,
        selector: pointed.value,
      }
    })
    const comments = threads.flatMap((thread, i) =>
      Array.from({ length: sizes[from + i] ?? 1 }, (_, seq) => {
        const id = uuid(`comment ${from + i} ${seq}`)
        const at = new Date(BEGAN + written++ * MINUTE_MS)
        return {
          ...{ id, proposalId, threadId: thread.id, at, origin: 'web' as const, otherId: null, mail: null },
          parentId: seq === 0 ? null : uuid(`comment ${from + i} ${Math.floor(random() ** 0.4 * seq)}`),
          author: seq === 0 ? thread.author : anybody(),
          body: bodyOf(random),
          messageId: commentMessageId(id, revision.frontMatter, at),
          isDeleted: false,
          isFirst: seq === 0,
        }
      }),
    )
    await writeAs(people[0]?.id ?? '', (tx) => writeDiscussion(tx, threads, comments))
    from = upTo
  }
}

/** Numbers of comments, which sum up to `comments`. */
function sizesOf(threads: number, comments: number, random: () => number): number[] {
  const large = Math.max(1, Math.floor(comments / 20))
  const weights = Array.from({ length: threads - 1 }, () => random() ** 2 + 0.02)
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const rest = comments - large - (threads - 1)
  const sizes = [large, ...weights.map((weight) => 1 + Math.floor((weight / total) * rest))]
  const short = comments - sizes.reduce((sum, size) => sum + size, 0)
  sizes[0] = large + short
  return sizes
}

/** Mulberry32: small, and good enough for texts. */
function randomFrom(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest().readUInt32LE()
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const FIRST = ['Ada', 'Boris', 'Carla', 'Dmitri', 'Elena', 'Farid', 'Greta', 'Hana', 'Ivan', 'Jun']
const LAST = ['Okafor', 'Lindqvist', 'Moreau', 'Tanaka']
const nameOf = (i: number) => `${FIRST[i % 10]} ${LAST[Math.floor(i / 10)]}`

const WORDS =
  'the waiter queue lock bucket hash wake requeue futex owner ring request cancel completion robust list exit mm private shared key refcount lifetime inode page fault timeout signal race window barrier acquire release store load order atomic spin preempt task wait state word value compare exchange flag poll worker context thread group file table buffer index head tail entry submit batch drop hold take free count last first before after while until because unless under without between same other never always must may cannot should does not'.split(
    ' ',
  )

function bodyOf(random: () => number): string {
  const word = () => WORDS[Math.floor(random() * WORDS.length)] ?? ''
  const words = (n: number) => Array.from({ length: n }, word).join(' ')
  const sentence = () => {
    const text = words(6 + Math.floor(random() * 14))
    return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
  }
  const paragraph = () => Array.from({ length: 1 + Math.floor(random() * 3) }, sentence).join(' ')
  const kind = random()
  if (kind < 0.3) return `> ${words(10)}\n> ${words(8)}\n\n${paragraph()}`
  if (kind < 0.4)
    return `${paragraph()}\n\n--- a/io_uring/futex.c\n+++ b/io_uring/futex.c\n@@ -120,4 +120,4 @@\n \t${word()}(${word()});\n-\t${word()} = ${word()};\n+\t${word()} = ${word()} + 1;\n \treturn 0;`
  if (kind < 0.5)
    return `${paragraph()}\n\n  CPU0                CPU1\n  ${word()}()              ${word()}()\n                      ${word()}()`
  return random() < 0.5 ? paragraph() : `${paragraph()}\n\n${paragraph()}`
}

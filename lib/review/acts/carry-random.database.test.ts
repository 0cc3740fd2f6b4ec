import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { randomOf } from '#lib/anchor/samples/edit-text.ts'
import { db } from '#lib/db.server.ts'
import { testNumber } from '#lib/env.server.ts'
import { publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import { revisionAsJson } from '#lib/review/feed/revision-json.server.ts'
import { exportFile } from '#lib/review/heavy/export-file.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'
import { deriveAgain } from '#lib/review/thread/carry-threads.server.ts'
import { discussionOf } from '#lib/review/thread/read-threads.server.ts'
import { wholeOf } from '#lib/review/thread/whole.ts'
import { openThread } from './open-thread.server.ts'

let reva: NonNullable<Viewer>

beforeAll(async () => {
  const { id } = await db().person.create({ data: { name: 'Reva' }, select: { id: true } })
  reva = { personId: id, name: 'Reva', administrator: false }
})

/** By the words of its first comment, which no other has. */
const numberOf = new Map<string, number>()

async function comment(slug: string, revision: number, blockKey: string) {
  const words = randomUUID()
  const body = `of v${revision}: ${words}`
  const opened = await openThread(reva, { slug, revision, blockKey, body, clientKey: randomUUID() })
  if (!opened.ok) throw new Error(opened.error.kind)
  numberOf.set(words, opened.value.thread)
  return opened.value.thread
}

const Threads = z.object({ threads: z.array(z.object({ number: z.number() })) })

/** The threads of earlier revisions that stand in this one, in each of the forms in which it is read. */
async function placedIn(slug: string, number: number) {
  const revision = await loadRevision(null, slug, number)
  if (!revision) throw new Error('no such revision')
  const { heads } = await discussionOf(null, revision, null)
  const json = Threads.parse(await revisionAsJson(null, slug, number))
  const file = async (name: 'threads.txt' | 'threads.mbox') => {
    const pieces: Uint8Array[] = []
    for await (const piece of exportFile(null, slug, number, name)) pieces.push(piece)
    return Buffer.concat(pieces).toString()
  }
  const told = (await file('threads.txt')).split(/^=+$/m).at(-1) ?? ''
  // A mail that quotes it has `>` before it.
  const mails = (await file('threads.mbox')).matchAll(/^of v\d: ([-0-9a-f]{36})$/gm)
  return {
    page: heads.map((head) => head.number),
    json: json.threads.map((thread) => thread.number),
    text: [...told.matchAll(/^#(\d+) /gm)].map((match) => Number(match[1])),
    mail: [...mails].map(([, words = '']) => numberOf.get(words) ?? 0).sort((a, b) => a - b),
  }
}

/**
 * Sequences of random edits, each of two further revisions. Sixteen take some half a minute of a quiet processor; `npm run
 * test:long -- --models 2000` asks 10,000.
 */
const SEQUENCES = testNumber('RANDOM_SEQUENCES', 16)
const SEED = testNumber('RANDOM_SEED', 20261201)
const LONGEST_MS = 60_000 + SEQUENCES * 20_000

test(
  'whatever is edited, each thread stands once in every later revision, and one hop is as good as five',
  async () => {
    const random = randomOf(SEED)
    const pick = <T>(list: readonly T[]) => list[Math.floor(random() * list.length)]
    for (let sequence = 0; sequence < SEQUENCES; sequence++) {
      const slug = `carried-random-${sequence}`
      let texts = new Map<string, string>()
      await publishEdited(slug, 1, (path, source) => {
        // Plain paragraphs, which stay a document in any order.
        const plain = source.replace(/^<\/?[A-Z].*>$/gm, '').replace(/^#+ /gm, '')
        texts.set(path, plain)
        return plain
      })
      const numbers: number[] = []
      for (let revision = 1; revision <= 3; revision++) {
        if (revision > 1) {
          const edit = pick(RANDOM_EDITS)
          const before = texts
          texts = new Map()
          await publishEdited(slug, revision, (path) => {
            const source = before.get(path) ?? ''
            const changed =
              path === 'cover.mdx' ? `${source}\nRevision ${revision}.\n` : (edit?.(source, random) ?? source)
            texts.set(path, changed)
            return changed
          })
          const about = `seed ${SEED}, sequence ${sequence}, v${revision}`
          expect(await placedIn(slug, revision), about).toEqual({
            page: numbers,
            json: numbers,
            text: numbers,
            mail: numbers,
          })
        }
        const blocks = await db().block.findMany({
          where: { revision: { number: revision, proposal: { slug } } },
          select: { key: true, writeup: true },
        })
        for (let n = 0; n < 3; n++) numbers.push(await comment(slug, revision, pick(blocks)?.key ?? ''))
        numbers.push(await comment(slug, revision, wholeOf(pick(blocks)?.writeup ?? '')))
      }
      const proposal = await db().proposal.findUniqueOrThrow({ where: { slug }, select: { id: true } })
      expect(await db().$transaction((tx) => deriveAgain(tx, proposal.id, false))).toEqual([])
    }
  },
  LONGEST_MS,
)

type RandomEdit = (source: string, random: () => number) => string
const paragraphs = (source: string, change: (list: string[]) => string[]) => {
  const end = source.indexOf('\n---\n') + 5
  return source.slice(0, end) + change(source.slice(end).split(/\n\n+/)).join('\n\n')
}
/** Each leaves a document that can be published. */
const RANDOM_EDITS: readonly RandomEdit[] = [
  (source) => paragraphs(source, (list) => [...list].reverse()),
  (source, random) => paragraphs(source, (list) => list.filter(() => random() < 0.7)),
  (source) => paragraphs(source, (list) => ['Something entirely new.', ...list]),
  (source, random) =>
    paragraphs(source, (list) =>
      list.map((text) => text.replace(/\b[a-z]{4,}\b/g, (word) => (random() < 0.2 ? 'word' : word))),
    ),
  (source) => paragraphs(source, (list) => list.map((text) => text.replace(/\. (?=[A-Z])/g, '.\n\n'))),
  (source) => paragraphs(source, () => ['\nOther words altogether.\n']),
]

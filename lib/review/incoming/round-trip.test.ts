/**
 * The way out and back: what a discussion leaves as, read where only the revision is known, is the same discussion. No
 * database here, so that there can be many; `round-trip.database.test.ts` goes the whole way.
 */
import path from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { testNumber } from '#lib/env.server.ts'
import { textIdentity } from '#lib/mail/import/dedupe.ts'
import { importMail, toKnownMessage } from '#lib/mail/import/import-mail.ts'
import type { KnownMessage } from '#lib/mail/import/known-message.ts'
import { indexSeries } from '#lib/mail/import/mailed-series.ts'
import type { Message, MessageId } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { parseMail } from '#lib/mail/shell/parse.ts'
import { type MailedRevision, repliesOf } from '#lib/review/export/replies.ts'
import { renderSeries } from '#lib/review/export/series.ts'
import type { ThreadForMail } from '#lib/review/export/thread-for-mail.ts'
import { DELETED_WORDS } from '#lib/review/export/thread-for-mail.ts'
import { discussions } from '#lib/review/incoming/samples/discussions.ts'
import { wholeOf } from '#lib/review/thread/whole.ts'
import { readBundle, readQuestionnaires } from '#lib/writeup/bundle/read-bundle.server.ts'
import { type CommentRef, planComments, type RevisionForImport } from './plan.ts'
import { seriesForImport } from './series-for-import.ts'
import { wordsAsStored } from './words-as-stored.ts'

const root = path.join(import.meta.dirname, '../../..')
const questionnaires = await readQuestionnaires(path.join(root, 'content/questionnaires'))
if (!questionnaires.ok) throw new Error('questionnaires')
const bundle = await readBundle(
  path.join(import.meta.dirname, '../export/samples/small'),
  questionnaires.value,
)
if (!bundle.ok) throw new Error('bundle')
const { blocks, text, textVersion } = bundle.value
const series = renderSeries({
  slug: 'small',
  bundle: bundle.value,
  checks: new Map(),
  siteUrl: 'http://localhost:3000',
  previousCover: '20261101-small-v1-0-89abcdef@example.org' as MessageId,
})
const mailed: MailedRevision = {
  series,
  blocks,
  mailDomain: 'example.org',
  proposalUrl: 'https://rfc.example/rfc/small',
}
const revision: RevisionForImport = {
  indexed: indexSeries(seriesForImport('small', 2, series, blocks)),
  blocks,
  text,
  textVersion,
}
const TRUSTED = { isTrusted: true, isProved: false, roles: [] }
const NOW = new Date('2031-01-01T00:00:00Z')

/** What a reader of either instance sees of a comment. */
type Seen = {
  readonly author: string
  readonly at: number
  readonly parent: string | null
  readonly words: string
  /** Of a thread's first comment. */
  readonly thread?: { readonly kind: string; readonly state: string; readonly on: string }
}

/** Comments by Message-ID, as an instance that knows nothing but the revision has them after the mails came. */
async function imported(messages: readonly Message[]): Promise<Map<string, Seen>> {
  const known = new Map<MessageId, KnownMessage>()
  const seen = new Map<string, Seen>()
  const threadOf = new Map<string, string>()
  for (const message of messages) {
    const parsed = await parseMail(Buffer.from(writeMessage(message)), NOW)
    if (!parsed.ok) throw new Error(parsed.error.problem)
    const result = importMail(
      parsed.value,
      { kind: 'vouched' },
      {
        series: [revision.indexed],
        known,
        storedWords: wordsAsStored(parsed.value),
      },
    )
    const plan = planComments(result, revision, TRUSTED, (id) => known.get(id)?.comments.length ?? null)
    if (result.status !== 'imported' || plan.length !== 1) {
      throw new Error(`${result.status} ${result.flags} ${plan.length}:\n${writeMessage(message)}`)
    }
    const [comment] = plan
    const place = comment?.place
    const to: CommentRef | null = place?.kind === 'reply' ? place.to : null
    const pieces = comment?.pieces ?? []
    threadOf.set(message.messageId, to ? (threadOf.get(to.messageId) ?? '') : message.messageId)
    seen.set(message.messageId, {
      author: `${result.author?.name} <${result.author?.address}>`,
      at: result.date?.epochSeconds ?? 0,
      parent: to?.messageId ?? null,
      words: pieces.length === 0 ? '(deleted)' : pieces.join('\n--- another comment\n'),
      ...(place?.kind === 'thread'
        ? {
            thread: {
              kind: place.threadKind,
              state: place.state,
              on:
                place.about === 'whole'
                  ? `${wholeOf(blocks.find(({ key }) => key === place.selector.key)?.writeup ?? '')} 0-0`
                  : `${place.selector.key} ${place.selector.start}-${place.selector.end}`,
            },
          }
        : {}),
    })
    const entry = toKnownMessage(result)
    const anchor = { kind: 'part' as const, part: result.part ?? 0 }
    if (entry)
      known.set(message.messageId, {
        ...entry,
        textIdentity: textIdentity(parsed.value),
        comments: [
          {
            text: pieces.length > 0 ? pieces.join('\n') : DELETED_WORDS,
            anchor: result.comments[0]?.anchor ?? anchor,
          },
        ],
      })
  }
  return seen
}

/** The same, of the instance where the discussion was held. */
function held(threads: readonly ThreadForMail[], messages: readonly Message[]): Map<string, Seen> {
  const byId = new Map(messages.map((message) => [message.messageId as string, message]))
  const seen = new Map<string, Seen>()
  for (const { kind, state, anchor, comments } of threads) {
    for (const comment of comments) {
      const message = byId.get(comment.messageId)
      if (!message) continue // a deleted one that nothing answers does not leave
      const parent = comments.find(({ id }) => id === comment.parentId)
      const isFirst = parent === undefined
      seen.set(comment.messageId, {
        author: `${message.from.name} <${message.from.address}>`,
        at: message.date.epochSeconds,
        parent: parent?.messageId ?? null,
        words: comment.isDeleted ? '(deleted)' : comment.body,
        ...(isFirst
          ? { thread: { kind, state, on: `${anchor.blockKey} ${anchor.start}-${anchor.end}` } }
          : {}),
      })
    }
  }
  return seen
}

const runs = testNumber('FUZZ_RUNS', 200)

test(`${runs} discussions come back as they left`, async () => {
  await fc.assert(
    fc.asyncProperty(discussions(blocks, { wholes: true }), async (threads) => {
      const messages = [...repliesOf(mailed, threads)]
      const [there, here] = [held(threads, messages), await imported(messages)]
      const wrong = messages.filter(
        ({ messageId }) => JSON.stringify(there.get(messageId)) !== JSON.stringify(here.get(messageId)),
      )
      expect(wrong.map((m) => [writeMessage(m), there.get(m.messageId), here.get(m.messageId)])).toEqual([])
    }),
    { numRuns: runs },
  )
}, 600_000)

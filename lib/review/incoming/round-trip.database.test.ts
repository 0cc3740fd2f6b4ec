/** The whole way: a discussion that is held here leaves as a mailbox, and comes in where only the revision is known. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { db, writeAs } from '#lib/db.server.ts'
import { testNumber } from '#lib/env.server.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { threadFootStart } from '#lib/mail/text/thread-foot.ts'
import { exportDiscussion } from '#lib/review/export/export.server.ts'
import type { ThreadForMail } from '#lib/review/export/thread-for-mail.ts'
import { parseThreadNote } from '#lib/review/export/thread-note.ts'
import { discussions } from '#lib/review/incoming/samples/discussions.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { importMails } from './import.server.ts'
import type { MailOutcome } from './outcome.ts'

const RUNS = testNumber('ROUND_TRIPS', 50)
/** Later than any comment: a mail from the future has no date. */
const NOW = new Date('2031-01-01T00:00:00Z')
const people = new Map<string, string>()

async function personOf({
  id,
  name,
  publicAddress,
}: ThreadForMail['comments'][number]['author']): Promise<string> {
  const known = people.get(id)
  if (known) return known
  const person = await db().person.create({ data: { name }, select: { id: true } })
  const address = publicAddress?.replace('@', '-rt@')
  if (address) await db().personAddress.create({ data: { address, personId: person.id } })
  people.set(id, person.id)
  return person.id
}

/** As if it had been held here: through the database's own rules, one comment at a time. */
async function hold(
  revisionId: string,
  proposalId: string,
  text: string,
  threads: readonly ThreadForMail[],
  domain: string,
) {
  const blocks = await db().block.findMany({ where: { revisionId }, select: { key: true, textStart: true } })
  for (const { kind, state, anchor, comments } of threads) {
    const block = blocks.find(({ key }) => key === anchor.blockKey)
    const from = (block?.textStart ?? 0) + anchor.start
    const isClosed = state === 'resolved' || state === 'dropped'
    const threadId = randomUUID()
    const ids = new Map<string, string>()
    for (const comment of comments) {
      const author = await personOf(comment.author)
      await writeAs(author, async (tx) => {
        if (ids.size === 0) {
          const { nextThread } = await tx.proposal.update({
            where: { id: proposalId },
            data: { nextThread: { increment: 1 } },
            select: { nextThread: true },
          })
          await tx.thread.create({
            data: {
              ...{
                id: threadId,
                proposalId,
                number: nextThread - 1,
                kind,
                state,
                openedBy: author,
                openedOn: revisionId,
              },
              ...(kind === 'objection' ? { clearCondition: 'ten letters or more' } : {}),
              ...(isClosed ? { resolvedBy: author, resolvedAt: new Date() } : {}),
              ...(state === 'answered' ? { answeredBy: author, answeredAt: new Date() } : {}),
              anchor: {
                create: {
                  ...{ revisionId, blockKey: anchor.blockKey, textVersion: 1 },
                  ...{ textStart: anchor.start, textEnd: anchor.end, prefix: '', suffix: '' },
                  exact: text.slice(from, from + anchor.end - anchor.start),
                },
              },
            },
          })
        }
        const id = randomUUID()
        await tx.comment.create({
          data: {
            ...{
              id,
              threadId,
              authorId: author,
              messageId: `20261125.c-${id}@${domain}`,
            },
            parentId: comment.parentId === null ? null : (ids.get(comment.parentId) ?? null),
            body: comment.isDeleted ? 'words that go' : comment.body,
            createdAt: new Date(comment.writtenAt * 1000),
          },
        })
        ids.set(comment.id, id)
      })
    }
    for (const comment of comments.filter(({ isDeleted }) => isDeleted)) {
      const id = ids.get(comment.id) ?? ''
      const author = await personOf(comment.author)
      await writeAs(author, (tx) =>
        tx.comment.update({ where: { id }, data: { body: '', redactedAt: new Date(), redactedBy: author } }),
      )
    }
  }
}

async function mailsOf(slug: string): Promise<Message[]> {
  const exported = await exportDiscussion(null, slug, 1)
  const messages: Message[] = [...(exported?.series.messages ?? [])]
  for await (const replies of exported?.replies ?? []) messages.push(...replies)
  return messages
}

async function bring(texts: readonly string[]): Promise<MailOutcome[]> {
  const outcomes: MailOutcome[] = []
  const mails = texts.map((text) => Buffer.from(text))
  for await (const outcome of importMails({ kind: 'command' }, mails, { now: NOW })) outcomes.push(outcome)
  return outcomes
}

/** Rows that an import may touch. */
const state = () =>
  Promise.all([
    db().incomingMail.count(),
    db().comment.count(),
    db().thread.count(),
    db().person.count(),
    db().event.count(),
    db().mailComment.count(),
  ])

/** What is said where, by whom, when, in answer to what: the mails without what a second writer may set otherwise. */
const said = (messages: readonly Message[]) =>
  messages.map(({ messageId, inReplyTo, from, date, subject, body, note }) => {
    const lines = body.split('\n').slice(0, -1)
    // Its foot says how the thread stands here.
    const own = lines
      .slice(0, threadFootStart(lines))
      .filter((line) => !line.startsWith('>') && !/^On .* wrote:$/.test(line))
    const { answers, isWhole: _isWhole, ...facts } = parseThreadNote(note ?? '')
    return {
      ...{ messageId, parent: answers ?? inReplyTo, from, at: date.epochSeconds, subject, facts },
      words: own.join('').replace(/\s/g, ''),
    }
  })

/**
 * The other instance: the same bundle under another slug, and the mails as if its parts had been answered. Message-IDs
 * differ, as two instances in one database could not know the same ones.
 */
function elsewhere(text: string, here: TestProposal, there: TestProposal): string {
  let moved = text.replaceAll('20261125.c-', '20261125.d-')
  for (const [i, { messageId }] of here.parts.entries())
    moved = moved.replaceAll(messageId, there.parts[i]?.messageId ?? '')
  return moved
}

test(`${RUNS} discussions are the same after they left and came in elsewhere; into their own instance nothing comes`, async () => {
  const all = discussions((await newProposal('rt-blocks')).bundle.blocks)
  const seed = testNumber('SEED', 7)
  for (const [run, threads] of fc.sample(all, { numRuns: RUNS, seed }).entries()) {
    const [here, there] = [await newProposal(`rt-here-${run}`), await newProposal(`rt-there-${run}`)]
    const revision = await db().revision.findFirstOrThrow({ where: { proposal: { slug: here.slug } } })
    await hold(revision.id, revision.proposalId, here.bundle.text, threads, here.bundle.cover.mailDomain)
    const left = await mailsOf(here.slug)
    const before = await state()
    const again = await bring(left.map(writeMessage))
    expect(again.filter(({ status }) => status !== 'duplicate')).toEqual([])
    expect(await state()).toEqual(before)

    const replies = left
      .slice(here.parts.length)
      .map((message) => elsewhere(writeMessage(message), here, there))
    const outcomes = await bring(replies)
    expect(outcomes.filter(({ status }) => status !== 'imported')).toEqual([])
    const back = await mailsOf(there.slug)
    const expected = JSON.parse(elsewhere(JSON.stringify(said(left.slice(here.parts.length))), here, there))
    expect(said(back.slice(there.parts.length))).toEqual(expected)
    // And what came in leaves, and comes in, as what it is.
    expect((await bring(back.map(writeMessage))).filter(({ status }) => status !== 'duplicate')).toEqual([])
  }
}, 600_000)

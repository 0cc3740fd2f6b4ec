import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { acceptSuggestion } from '#lib/review/acts/decide-suggestion.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import { chooseDigest } from '#lib/review/outbox/digest-setting.server.ts'
import { queueDigests } from './digest.server.ts'

const DAY_MS = 24 * 60 * 60_000

test('who asked for the digest is told what an author decided on their suggestion, once', async () => {
  const slug = 'digest-of-suggestions'
  const bundle = await publishEdited(slug, 1, (_, source) => source)
  const newPerson = async (name: string) => {
    const { id } = await db().person.create({ data: { name }, select: { id: true } })
    await db().personAddress.create({
      data: { address: `${randomUUID()}@example.org`, personId: id, confirmedAt: new Date() },
    })
    return { personId: id, name, administrator: false }
  }
  const [reva, ann] = [await newPerson('Reva'), await newPerson('Ann')]
  const proposal = await db().proposal.findUniqueOrThrow({ where: { slug }, select: { id: true } })
  await db().membership.create({ data: { proposalId: proposal.id, personId: ann.personId, role: 'author' } })
  const block = bundle.blocks.find(({ kind, writeup }) => kind === 'paragraph' && writeup === 'problem')
  const opened = await openThread(reva, {
    ...{ slug, revision: 1, blockKey: block?.key ?? '', suggestion: 'Other words, all of them.' },
    ...{ body: 'So.', clientKey: randomUUID() },
  })
  if (!opened.ok) throw new Error(JSON.stringify(opened.error))
  const now = Date.now()
  expect(await chooseDigest(reva, slug, 'daily', new Date(now - 1000))).toBe(true)
  const comment = await db().comment.findFirstOrThrow({ where: { thread: { proposalId: proposal.id } } })
  expect((await acceptSuggestion(ann, comment.id, null, new Date(now))).ok).toBe(true)
  const settings = { bounceAddress: 'bounces@rfc.example' }
  const queue = (at: number) => queueDigests(settings, new Date(at))
  expect(await queue(now + DAY_MS)).toBe(1)
  const [mail] = await db().outgoingMail.findMany({ where: { proposalId: proposal.id, kind: 'digest' } })
  const text = Buffer.from(mail?.bytes ?? []).toString('utf8')
  expect(text).toContain('Your suggestions were decided on')
  expect(text).toContain(`- that of #${opened.value.thread}, comment 1, was accepted by Ann`)
  expect(await queue(now + 3 * DAY_MS)).toBe(0)
})

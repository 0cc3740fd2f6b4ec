import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { exportRevision } from '#lib/review/export/export.server.ts'
import {
  newProposal,
  publishUnreadable,
  type TestProposal,
} from '#lib/review/incoming/samples/test-proposal.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { findMessage } from '#lib/review/queue/find-message.server.ts'
import { placeMail, placesFor } from '#lib/review/queue/queue.server.ts'
import { importMail, placeWaiting } from './import.server.ts'
import { knownRevisions } from './series.server.ts'

/** A revision of which the stored parse is broken: it costs what is about it alone. */
const BROKEN = 'mail-unreadable'
let proposal: TestProposal
let admin: NonNullable<Viewer>
let brokenPart: string
const lmtp = { kind: 'lmtp' } as const

beforeAll(async () => {
  proposal = await newProposal('mail-readable')
  await publishUnreadable(BROKEN, proposal.bundle)
  brokenPart = (await knownRevisions(BROKEN))[0]?.messageIds[1] ?? ''
  const { id } = await db().person.create({
    data: { name: 'Admin', administrator: true },
    select: { id: true },
  })
  admin = { personId: id, name: 'Admin', administrator: true }
})

test('it is unreadable', async () => {
  await expect(exportRevision(null, BROKEN, 1)).rejects.toThrow('cannot be read')
})

test('mail whose parent nobody knows, and mail that waits, is looked for among the others', async () => {
  const stray = proposal.mail('Where do I belong?\n', { to: 'unknown@nowhere.example' })
  expect(await importMail(lmtp, stray)).toMatchObject({ status: 'waiting' })
  const inAWeek = new Date(Date.now() + 30 * 86_400_000)
  for await (const _ of placeWaiting(inAWeek)) void _
  expect(await importMail(lmtp, proposal.mail('To the readable one.\n'))).toMatchObject({
    status: 'imported',
  })
})

test('mail to it is kept, and is placed elsewhere only', async () => {
  const held = await importMail(lmtp, proposal.mail('To the unreadable one.\n', { to: brokenPart }))
  expect(held).toMatchObject({ status: 'waiting', comments: [] })
  const at = { revision: 1, part: 1, block: '' }
  expect(await placeMail(admin, held.mailId ?? '', { ...at, slug: BROKEN })).toEqual({
    ok: false,
    error: { kind: 'no-such-place' },
  })
  expect(await placeMail(admin, held.mailId ?? '', { ...at, slug: proposal.slug })).toMatchObject({
    ok: true,
  })
})

test('it offers no places, and its Message-IDs lead to its page', async () => {
  const { proposals, parts } = await placesFor(admin, BROKEN)
  expect(proposals).toContainEqual({ slug: BROKEN })
  expect(parts).toEqual([])
  expect(await findMessage(null, brokenPart)).toEqual({
    kind: 'part',
    slug: BROKEN,
    revision: 1,
    blockKey: null,
  })
})

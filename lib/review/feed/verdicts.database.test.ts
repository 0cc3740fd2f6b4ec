import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { changeProposal } from '#lib/review/acts/change-proposal.server.ts'
import { publishBundle } from '#lib/review/acts/publish.server.ts'
import { type ProposalWish, proposalBundle } from '#lib/review/gate/samples/proposal-files.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { parseQuestionnaire } from '#lib/writeup/bundle/questionnaire.ts'
import { proposalFeed } from './proposal-feed.server.ts'

/** What the server finds of a revision's claims is something that happened: recorded, told, and with what follows from it. */
const slug = `verdicts-${randomBytes(4).toString('hex')}`
let proposalId = ''
let ann: NonNullable<Viewer>
let max: NonNullable<Viewer>

async function publish(wish: Omit<ProposalWish, 'changeId'>) {
  const file = join(import.meta.dirname, '../../../content/questionnaires/futex@1.yaml')
  const read = parseQuestionnaire('futex@1.yaml', readFileSync(file, 'utf8'), 'futex@1')
  if (!read.ok) throw new Error('the questionnaire cannot be read')
  const bundle = proposalBundle({ changeId: `20261123-${slug}-0a0b0c0d`, ...wish }, read.value)
  expect((await publishBundle(slug, bundle)).ok).toBe(true)
}

async function person(name: string, role: 'author' | 'maintainer'): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  await db().authUser.create({ data: { name, email: `${id}@example.org`, personId: id } })
  await db().membership.create({ data: { proposalId, personId: id, role } })
  return { personId: id, name, administrator: false }
}

const subjectsOf = async (kind: string) =>
  (await db().event.findMany({ where: { proposalId, kind }, orderBy: { id: 'asc' } })).map(
    ({ subject }) => subject,
  )

beforeAll(async () => {
  await publish({})
  ;({ id: proposalId } = await db().proposal.findUniqueOrThrow({ where: { slug } }))
  ann = await person('Ann', 'author')
  max = await person('Max', 'maintainer')
})

const CLAIMS = ['c-regular', 'c-lifetime-owner', 'c-lock-order', 'c-races']

test('the verdicts of a revision are recorded with it, once, and stand in the feed', async () => {
  const all = { revision: 1, claims: 4, asClaimed: 4, fallen: [], changed: [] }
  expect(await subjectsOf('claims-checked')).toEqual([all])
  await publish({})
  expect(await subjectsOf('claims-checked')).toHaveLength(1)
  expect(await proposalFeed(null, slug)).toContain('<title>v1: 4 of 4 claims as claimed</title>')
})

test('a claim that falls is named with what it was, ends last call, and is its author’s to mend', async () => {
  expect((await changeProposal(ann, { slug, act: 'ask-for-review' })).ok).toBe(true)
  expect((await changeProposal(max, { slug, act: 'call-last' })).ok).toBe(true)
  await publish({ revision: 2, changelog: ['Has another model of the flag'], doesHold: false })
  const told = (await subjectsOf('claims-checked'))[1]
  expect(told).toMatchObject({ revision: 2, claims: 4, asClaimed: 0 })
  expect(told).toMatchObject({
    fallen: expect.arrayContaining(CLAIMS),
    changed: expect.arrayContaining(CLAIMS.map((claim) => ({ claim, from: 'holds', to: 'violated' }))),
  })
  const feed = (await proposalFeed(null, slug)) ?? ''
  expect(feed).toContain('<title>v2: 0 of 4 claims as claimed</title>')
  expect(feed).toContain('c-races: was holds, now violated')
  expect(feed).toContain(`/rfc/${slug}/v2/gate`)
  const states = await subjectsOf('state-changed')
  expect(states).toContainEqual({ from: 'last_call', to: 'changes_requested', because: 'claim' })
  expect((await db().proposal.findUniqueOrThrow({ where: { slug } })).state).toBe('changes_requested')
  const turns = await db().turn.findMany({ where: { proposalId, act: 'mend-claim' } })
  expect(turns.map(({ personId, about }) => [personId, about])).toContainEqual([ann.personId, '4'])
})

test('of what somebody may not know of they hear no verdict', async () => {
  await db().$executeRaw`UPDATE proposal SET visibility = 'embargoed' WHERE id = ${proposalId}::uuid`
  expect(await proposalFeed(null, slug)).toBeNull()
  expect(await proposalFeed(ann, slug)).toContain('claims as claimed')
})

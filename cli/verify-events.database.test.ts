/** Whoever may write into the tables past every rule changes the log, and the chain names the first row that says so. */
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { db } from '#lib/db.server.ts'
import { env } from '#lib/env.server.ts'
import { recordEvents } from '#lib/review/event/record-events.server.ts'
import { newProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { exitCode } from './exit-code.ts'
import { verifyEvents } from './verify-events.ts'

// More than one page of the walk.
const EVENTS = 520
const owner = new pg.Client({ connectionString: env.testOwnerUrl })
let slug = ''
let other = ''
let proposalId = ''

beforeAll(async () => {
  await owner.connect()
  ;({ slug } = await newProposal('chained'))
  ;({ slug: other } = await newProposal('chained-beside'))
  proposalId = (await db().proposal.findUniqueOrThrow({ where: { slug } })).id
  await db().$transaction(async (tx) => {
    const event = { proposalId, actor: null, kind: 'list-replies-on' as const, subject: {} }
    await recordEvents(
      tx,
      Array.from({ length: EVENTS }, () => event),
    )
    await recordEvents(tx, [
      {
        proposalId,
        actor: null,
        kind: 'mail-let-in',
        subject: { mail: 'žluťoučký"\\\n', decision: '🦀 let in' },
      },
    ])
  })
})
afterAll(() => owner.end())

async function verify(...args: string[]) {
  const out: string[] = []
  const spies = (['log', 'error'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((line) => void out.push(String(line))),
  )
  try {
    return { code: await verifyEvents(args), out: out.join('\n') }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

/** As the owner of the database, with every trigger of it off; what it was is put back afterwards. */
async function tampered(statement: string, look: () => Promise<void>): Promise<void> {
  await owner.query('CREATE TEMP TABLE kept AS SELECT * FROM event WHERE proposal_id = $1', [proposalId])
  await owner.query("SET session_replication_role = 'replica'")
  try {
    await owner.query(statement)
    await look()
  } finally {
    await owner.query('DELETE FROM event WHERE proposal_id = $1', [proposalId])
    await owner.query('INSERT INTO event SELECT * FROM kept')
    await owner.query("SET session_replication_role = 'origin'")
    await owner.query('DROP TABLE kept')
  }
}

const nth = async (n: number) =>
  (await db().event.findMany({ where: { proposalId }, orderBy: { id: 'asc' }, skip: n, take: 1 }))[0]?.id ??
  0n
let middle = 0n
let last = 0n
beforeEach(async () => {
  middle = await nth(505)
  last = await nth((await db().event.count({ where: { proposalId } })) - 1)
})

test('a log that nobody changed fits, of one proposal and of all', async () => {
  const one = await verify(slug)
  expect(one.code).toBe(exitCode.YES)
  expect(one.out).toMatch(new RegExp(`^${slug}: 52\\d events, [0-9a-f]{64}$`, 'm'))
  expect(one.out).toContain('each is what was recorded.')
  const all = await verify()
  expect(all.code).toBe(exitCode.YES)
  expect(all.out).toContain(`${other}: `)
  expect(await verify('no-such-proposal')).toMatchObject({ code: exitCode.NOT_DONE })
})

const CHANGES: readonly [string, (id: bigint) => string, string][] = [
  ['its subject', (id) => `UPDATE event SET subject = '{"a": 1}' WHERE id = ${id}`, 'is not what it was'],
  [
    'its actor',
    (id) => `UPDATE event SET actor_id = gen_random_uuid() WHERE id = ${id}`,
    'is not what it was',
  ],
  ['its kind', (id) => `UPDATE event SET kind = 'list-replies-off' WHERE id = ${id}`, 'is not what it was'],
  ['its time', (id) => `UPDATE event SET at = at - interval '1 us' WHERE id = ${id}`, 'is not what it was'],
  ['its hash', (id) => `UPDATE event SET hash = sha256('other') WHERE id = ${id}`, 'is not what it was'],
  ['its hash away', (id) => `UPDATE event SET hash = NULL WHERE id = ${id}`, 'is not what it was'],
  ['what it names', (id) => `UPDATE event SET prev_hash = NULL WHERE id = ${id}`, 'names no event before it'],
]
test.each(CHANGES)('whoever changes %s is seen at that row', async (_, change, says) => {
  await tampered(change(middle), async () => {
    const { code, out } = await verify(slug)
    expect(code).toBe(exitCode.NO)
    expect(out).toMatch(new RegExp(`^${slug}: event ${middle} \\(list-replies-o\\w+\\) ${says}`, 'm'))
    expect(out).toContain('505 events before it fit.')
    // The others are looked at all the same.
    expect((await verify()).out).toMatch(new RegExp(`^${other}: \\d+ events?, [0-9a-f]{64}$`, 'm'))
  })
  expect((await verify(slug)).code).toBe(exitCode.YES)
})

test('whoever changes a row and computes its hash anew is seen at the next one', async () => {
  const forged = `UPDATE event SET kind = 'list-replies-off',
    hash = event_hash(prev_hash, id, proposal_id, actor_id, 'list-replies-off', subject, at) WHERE id = ${middle}`
  await tampered(forged, async () => {
    const { code, out } = await verify(slug)
    expect(code).toBe(exitCode.NO)
    expect(out).toContain(`event ${await nth(506)} (list-replies-on) names another event before it`)
  })
})

test('whoever takes a row out of the middle, or the first, is seen at the one behind it', async () => {
  await tampered(`DELETE FROM event WHERE id = ${middle}`, async () => {
    expect((await verify(slug)).out).toContain('names another event before it')
  })
  await tampered(`DELETE FROM event WHERE id = ${await nth(0)}`, async () => {
    expect((await verify(slug)).out).toContain('names an event before it, and there is none')
  })
})

test('rows that are gone from the end are missed by who kept a hash', async () => {
  const head = /, ([0-9a-f]{64})$/m.exec((await verify(slug)).out)?.[1] ?? ''
  expect((await verify(slug, '--has', head)).code).toBe(exitCode.YES)
  await tampered(`DELETE FROM event WHERE id = ${last}`, async () => {
    expect((await verify(slug)).code).toBe(exitCode.YES)
    const { code, out } = await verify(slug, '--has', head)
    expect(code).toBe(exitCode.NO)
    expect(out).toContain(`${head} is in no chain that fits`)
  })
  expect(await verify(slug, '--has', 'nonsense')).toMatchObject({ code: exitCode.WRONG_USE })
})

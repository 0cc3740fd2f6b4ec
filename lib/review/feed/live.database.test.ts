import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { setVisibility } from '#lib/review/acts/set-visibility.server.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { msHere } from '../../../scripts/cpu-time.mjs'
import { BOUNDS, changesSince, endHub, lastEvent, newHub, openLive } from './live.server.ts'
import { turnsFeed } from './turns-feed.server.ts'

let proposal: TestProposal
let blockKey = ''
let writer: NonNullable<Viewer>
const hubs: ReturnType<typeof newHub>[] = []
const anotherProcess = () => {
  const hub = newHub()
  hubs.push(hub)
  return hub
}

async function person(name: string): Promise<NonNullable<Viewer>> {
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  return { personId: id, name, administrator: false }
}

beforeAll(async () => {
  proposal = await newProposal('live')
  blockKey = proposal.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  writer = await person('Writer')
})
afterEach(async () => {
  for (const hub of hubs.splice(0)) await endHub(hub)
})

async function say(who: Viewer = writer): Promise<number> {
  const made = await openThread(who, {
    ...{ slug: proposal.slug, revision: 1, blockKey, clientKey: randomUUID() },
    body: `Words that no line carries ${randomUUID()}`,
  })
  if (!made.ok) throw new Error(made.error.kind)
  return made.value.thread
}

type Asked = Partial<Parameters<typeof openLive>[0]>

async function listening(hub: ReturnType<typeof newHub>, asked: Asked = {}) {
  const opened = await openLive(
    { viewer: null, slug: proposal.slug, after: null, network: '192.0.2.1', ...asked },
    hub,
  )
  if (!opened.ok) throw new Error(opened.error)
  const state = { text: '', isOver: false }
  const reader = opened.value
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader() // its type wants chunks that share no memory
  const reading = (async () => {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) break
      state.text += value
    }
    state.isOver = true
  })()
  return {
    ...{ state, reading, leave: () => reader.cancel() },
    threads: () =>
      [...state.text.matchAll(/"kind":"comment","thread":(\d+)/g)].map(([, number]) => Number(number)),
  }
}

test('two processes hear of what is said in either, by numbers alone', async () => {
  const [one, two] = [await listening(anotherProcess()), await listening(anotherProcess())]
  const [first, second] = [await say(), await say()]
  await expect.poll(one.threads, { timeout: 10_000 }).toEqual([first, second])
  await expect.poll(two.threads, { timeout: 10_000 }).toEqual([first, second])
  expect(one.state.text).not.toContain('Words')
  expect(one.state.text).not.toContain(writer.personId)
})

test('whoever comes back with the number of the last event misses nothing and hears nothing twice', async () => {
  const hub = anotherProcess()
  const one = await listening(hub)
  const first = await say()
  await expect.poll(one.threads, { timeout: 10_000 }).toEqual([first])
  const last = [...one.state.text.matchAll(/^id: (\d+)$/gm)].at(-1)?.[1] ?? ''
  await one.leave()
  const [second, third] = [await say(), await say()]
  const again = await listening(hub, { after: BigInt(last) })
  await expect.poll(again.threads, { timeout: 10_000 }).toEqual([second, third])
  expect(await changesSince(null, proposal.slug, BigInt(last))).toMatchObject({
    changes: [
      { kind: 'comment', thread: second },
      { kind: 'comment', thread: third },
    ],
  })
})

test('a connection that the database ends is made again, and what came meanwhile is told', async () => {
  const one = await listening(anotherProcess())
  await expect.poll(async () => listeners(), { timeout: 10_000 }).toBeGreaterThan(0)
  await db().$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'LISTEN coherent_event%'`
  const thread = await say()
  await expect.poll(one.threads, { timeout: 15_000 }).toEqual([thread])
  const after = await say()
  await expect.poll(one.threads, { timeout: 15_000 }).toEqual([thread, after])
})

const listeners = async () =>
  (
    await db().$queryRaw<unknown[]>`SELECT pid FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'LISTEN coherent_event%'`
  ).length

test('one’s own is no news', async () => {
  const own = await listening(anotherProcess(), { viewer: writer })
  const other = await person('Other')
  await say()
  const theirs = await say(other)
  await expect.poll(own.threads, { timeout: 10_000 }).toEqual([theirs])
})

test('a stream ends for who may not know of the proposal any more, and is not there for them', async () => {
  const hidden = await newProposal('live-hidden')
  const { id } = await db().proposal.findUniqueOrThrow({ where: { slug: hidden.slug }, select: { id: true } })
  const member = await person('Member')
  const maintainer = await person('Maintainer')
  await db().membership.create({ data: { proposalId: id, personId: member.personId, role: 'reader' } })
  await db().membership.create({
    data: { proposalId: id, personId: maintainer.personId, role: 'maintainer' },
  })
  const hub = anotherProcess()
  const [outside, inside] = [
    await listening(hub, { slug: hidden.slug }),
    await listening(hub, { slug: hidden.slug, viewer: member }),
  ]
  expect(await setVisibility(maintainer, { slug: hidden.slug, visibility: 'embargoed' })).toMatchObject({
    ok: true,
  })
  await expect.poll(() => outside.state.isOver, { timeout: 10_000 }).toBe(true)
  expect(inside.state.isOver).toBe(false)
  const asked = { viewer: null, slug: hidden.slug, after: null, network: '' }
  expect(await openLive(asked, hub)).toEqual({ ok: false, error: 'missing' })
  expect(await changesSince(null, hidden.slug, 0n)).toBeNull()
  expect(await lastEvent(null, hidden.slug)).toBeNull()
  expect((await changesSince(member, hidden.slug, 0n))?.changes.length).toBeGreaterThan(0)
})

test('a stream ends with what its reader was: an administrator who is none any more, a member who was blocked', async () => {
  const hidden = await newProposal('live-demoted')
  const { id } = await db().proposal.findUniqueOrThrow({ where: { slug: hidden.slug }, select: { id: true } })
  const [member, blocked, chief] = [await person('Member'), await person('Blocked'), await person('Chief')]
  for (const { personId } of [member, blocked])
    await db().membership.create({ data: { proposalId: id, personId, role: 'maintainer' } })
  await db().person.update({ where: { id: chief.personId }, data: { administrator: true } })
  expect((await setVisibility(member, { slug: hidden.slug, visibility: 'embargoed' })).ok).toBe(true)
  const hub = anotherProcess()
  const lines = [
    await listening(hub, { slug: hidden.slug, viewer: { ...chief, administrator: true } }),
    await listening(hub, { slug: hidden.slug, viewer: blocked }),
  ]
  const inside = await listening(hub, { slug: hidden.slug, viewer: member })
  await db().person.update({ where: { id: chief.personId }, data: { administrator: false } })
  await db().person.update({
    where: { id: blocked.personId },
    data: { blockedAt: new Date(), blockReason: 'a test' },
  })
  const key = hidden.bundle.blocks.find(({ kind }) => kind === 'paragraph')?.key ?? ''
  const words = { body: `Words ${randomUUID()}`, clientKey: randomUUID() }
  expect((await openThread(member, { slug: hidden.slug, revision: 1, blockKey: key, ...words })).ok).toBe(
    true,
  )
  for (const { state } of lines) {
    await expect.poll(() => state.isOver, { timeout: 10_000 }).toBe(true)
    expect(state.text).not.toContain('thread-opened')
  }
  expect(inside.state.isOver).toBe(false)
})

test('there are only so many lines: of a person, of a network, in all; one that is left is free', async () => {
  const hub = anotherProcess()
  const bounds = { ...BOUNDS, all: 4, ofPerson: 2, ofNetwork: 1 }
  const ask = (viewer: Viewer, network: string) =>
    openLive({ viewer, slug: proposal.slug, after: null, network }, hub, bounds)
  const opened = await ask(writer, 'a')
  expect((await ask(writer, 'a')).ok).toBe(true)
  expect(await ask(writer, 'b')).toEqual({ ok: false, error: 'too-many' })
  expect((await ask(null, 'a')).ok).toBe(true)
  expect(await ask(null, 'a')).toEqual({ ok: false, error: 'too-many' })
  expect((await ask(null, 'b')).ok).toBe(true)
  expect(await ask(null, 'c')).toEqual({ ok: false, error: 'too-many' })
  if (opened.ok) await opened.value.cancel()
  expect((await ask(null, 'c')).ok).toBe(true)
})

test('a process that stops ends its streams and its connection at once', async () => {
  const hub = anotherProcess()
  const one = await listening(hub)
  await expect.poll(listeners, { timeout: 10_000 }).toBeGreaterThan(0)
  const began = performance.now()
  await endHub(hub)
  await one.reading
  expect(performance.now() - began).toBeLessThan(msHere(2000))
  await expect.poll(listeners, { timeout: 10_000 }).toBe(0)
  await sleep(0)
})

test('one’s turns are a feed, for who holds the token of it', async () => {
  const author = await db().membership.findFirstOrThrow({
    where: { role: 'author', proposal: { slug: proposal.slug } },
    select: { person: { select: { id: true, name: true } } },
  })
  const asked = await openThread(writer, {
    ...{ slug: proposal.slug, revision: 1, blockKey, clientKey: randomUUID(), kind: 'question' },
    body: `What frees it? ${randomUUID()}`,
  })
  if (!asked.ok) throw new Error(asked.error.kind)
  const viewer = { personId: author.person.id, name: author.person.name, administrator: false }
  const feed = await turnsFeed(viewer, new Date())
  expect(feed).toContain(`/rfc/${proposal.slug}/t/${asked.value.thread}?since=`)
  expect(feed).toContain('My turn')
  expect(await turnsFeed(null, new Date())).toBeNull()
})

import { type Browser, expect, test } from '@playwright/test'
import pg from 'pg'
import { ACT_WAYS, ACTS, actTrial, makeActWorld } from '../scripts/interruptions/act-trials.mjs'
import { openFlakyProxy } from '../scripts/interruptions/flaky-proxy.mjs'
import { FORMS, makeWorld, trial, WAYS } from '../scripts/interruptions/trials.mjs'

/**
 * Nothing typed is lost, nothing is doubled. Each way in which a send or a page is interrupted, once; `npm run
 * interruptions` drives them at random, with a server that is really killed.
 */
type World = Awaited<ReturnType<typeof makeActWorld>>

let world: World
let database: pg.Client

test.beforeAll(async ({ browser, baseURL }: { browser: Browser; baseURL?: string | undefined }) => {
  test.setTimeout(400_000)
  database = new pg.Client({ connectionString: process.env.DATABASE_URL ?? '' })
  await database.connect()
  const proxy = await openFlakyProxy(Number(new URL(baseURL ?? '').port))
  const databaseUrl = process.env.DATABASE_URL ?? ''
  world = await makeActWorld(await makeWorld({ browser, proxy, database, databaseUrl }))
})
test.afterAll(async () => {
  world.proxy.close()
  await world.scripted.close()
  await world.plain.close()
  await database.end()
})

for (const scripts of [true, false]) {
  const ways = WAYS[scripts ? 'scripted' : 'plain'].filter((way) => way !== 'restart')
  const forms = FORMS.filter((form) => scripts || form !== 'in-place')
  for (const [i, way] of ways.entries()) {
    const form = forms[i % forms.length] ?? 'page'
    test(`${scripts ? 'with' : 'without'} scripts, ${way}: a text in the form ${form} is stored once`, async () => {
      test.setTimeout(400_000)
      const block = world.blocks[scripts ? i : i + ways.length] ?? ''
      const words = `Interrupted by ${way} in ${form} ${scripts} ${Date.now()}`
      expect(await trial(world, { scripts, way, form, block, words })).toBe('sent')
    })
  }
}

// Each form of an act by two of the ways: those that were not its turn here are `npm run interruptions`.
for (const scripts of [true, false]) {
  const ways = ACT_WAYS[scripts ? 'scripted' : 'plain'].filter((way) => way !== 'restart')
  for (const [i, act] of Object.keys(ACTS).entries()) {
    const way = ways[i % ways.length] ?? 'mute'
    test(`${scripts ? 'with' : 'without'} scripts, ${way}: the act ${act} is done once`, async () => {
      test.setTimeout(400_000)
      await actTrial(world, { scripts, way, act, n: `${Date.now()}` })
    })
  }
}

// Its page is not there for who is signed out: the form stays all the same.
test('with scripts, expired: the act role is done once', async () => {
  test.setTimeout(400_000)
  await actTrial(world, { scripts: true, way: 'expired', act: 'role', n: `${Date.now()}` })
})

import { createServer } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { msHere } from '../scripts/cpu-time.mjs'
import { isDatabaseTrouble } from './database-trouble.ts'
import { db } from './db.server.ts'
import { changeEnvironment } from './env.server.ts'

/** The app's own door, with the app's own limits, to a server that takes a connection and says nothing. */
const silent = createServer().listen(0, '127.0.0.1')
afterAll(() => {
  silent.close()
})

test('nobody waits longer than five seconds for a connection that does not come about, alone or in a crowd', async () => {
  await new Promise((done) => (silent.listening ? done(null) : silent.once('listening', done)))
  const address = silent.address()
  const port = typeof address === 'object' && address ? address.port : 0
  changeEnvironment({ DATABASE_URL: `postgresql://a:b@127.0.0.1:${port}/x` })
  const began = performance.now()
  // More than the pool has places for: who waits for a place waits no longer.
  const waits = Array.from({ length: 30 }, async () => {
    const error: unknown = await db()
      .person.count()
      .then(
        () => 'none',
        (failed: unknown) => failed,
      )
    return { isTrouble: isDatabaseTrouble(error), seconds: (performance.now() - began) / 1000 }
  })
  for (const { isTrouble, seconds } of await Promise.all(waits)) {
    expect(isTrouble).toBe(true)
    expect(seconds).toBeGreaterThan(4.5)
    expect(seconds * 1000).toBeLessThan(msHere(9000))
  }
})

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, expect, test } from 'vitest'
import { env } from '#lib/env.server.ts'
import { childEnvironment } from './child-environment.mjs'
import { migrate } from './database.mjs'

const client = new pg.Client({ connectionString: env.testOwnerUrl })
afterAll(() => client.end())

test('an older version refuses a database of a newer one with a sentence, and changes nothing', async () => {
  await client.connect()
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
     VALUES ('newer', 'x', '29990101000000_of_a_newer_version', now(), 1)`,
  )
  const before = await client.query('SELECT * FROM rules_applied')
  await expect(migrate(env.testOwnerUrl)).rejects.toThrow(
    /upgraded by a newer version of Coherent \(29990101000000_of_a_newer_version\).*Nothing was changed/s,
  )
  // The same from the outside, as an operator sees it.
  const folder = mkdtempSync(join(tmpdir(), 'coherent-newer-'))
  const port = await new Promise<number>((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => done(typeof address === 'object' && address ? address.port : 0))
    })
  })
  const child = spawn(process.execPath, [join(import.meta.dirname, 'start.mjs')], {
    env: childEnvironment({ DATABASE_URL: env.testOwnerUrl, COHERENT_DATA: folder, PORT: String(port) }),
  })
  let said = ''
  child.stderr.on('data', (chunk) => {
    said += chunk
  })
  const code = await new Promise((done) => child.once('exit', done))
  expect(said).toContain('upgraded by a newer version')
  expect(said).not.toMatch(/\n\s+at /)
  expect(code).toBe(4)
  rmSync(folder, { recursive: true })
  expect((await client.query('SELECT * FROM rules_applied')).rows).toEqual(before.rows)
  await client.query("DELETE FROM _prisma_migrations WHERE id = 'newer'")
  await expect(migrate(env.testOwnerUrl)).resolves.toBeUndefined()
})

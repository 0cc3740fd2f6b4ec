import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#lib/db.server.ts'
import { LmtpClient } from '#lib/mail/shell/lmtp-client.ts'
import { newProposal, type TestProposal } from '#lib/review/incoming/samples/test-proposal.server.ts'
import { bundleForNode } from '../../../scripts/bundle.mjs'
import { childEnvironment } from '../../../scripts/child-environment.mjs'

const root = join(import.meta.dirname, '../../..')
let program = ''
let proposal: TestProposal

beforeAll(async () => {
  proposal = await newProposal('mail-lmtp')
  program = await bundleForNode('lib/review/incoming/samples/lmtp-process.server.ts', 'lmtp-process')
})

async function start({ hangs = false, env = {} }: { hangs?: boolean; env?: Record<string, string> } = {}) {
  const child: ChildProcess = spawn(process.execPath, [program, ...(hangs ? ['hang'] : [])], {
    cwd: root,
    env: childEnvironment({ COHERENT_ROOT: root, ...env }),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (!child.stdout) throw new Error('no output')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const said = async (start: string): Promise<string> => {
    for (let next = await lines.next(); !next.done; next = await lines.next())
      if (next.value.startsWith(start)) return next.value.slice(start.length)
    throw new Error(`the process ended before it said ${start}`)
  }
  const port = Number(await said('port '))
  const kill = async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return { port, said, kill }
}

const count = (messageId: string) =>
  Promise.all([
    db().incomingMail.count({ where: { messageId } }),
    db().comment.count({ where: { messageId } }),
  ])

test('a process that is killed between storing a mail and saying so gets it again, and has it once', async () => {
  const mail = proposal.mail('Is this stored once?\n', { id: 'killed@example.org' })
  const first = await start({ hangs: true })
  const client = await LmtpClient.connect(first.port)
  const answers = client.send(mail)
  await first.said('stored')
  await first.kill()
  // No answer: a mail server keeps the mail and comes again.
  expect(await answers).toEqual([null])

  const second = await start()
  const again = await LmtpClient.connect(second.port)
  expect((await again.send(mail))[0]).toMatch(/^250 /)
  expect(await count('killed@example.org')).toEqual([1, 1])
  again.close()
  await second.kill()
})

test('without its database the listener keeps nothing and says that the mail is to come again', async () => {
  const broken = await start({ env: { DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' } })
  const client = await LmtpClient.connect(broken.port)
  const [answer] = await client.send(proposal.mail('Later.\n', { id: 'later@example.org' }))
  expect(answer).toMatch(/^451 /)
  client.close()
  await broken.kill()
  expect(await count('later@example.org')).toEqual([0, 0])
})

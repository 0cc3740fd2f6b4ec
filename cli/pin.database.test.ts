import { randomUUID } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import { db } from '#lib/db.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { publishEdited } from '#lib/review/acts/samples/revisions.server.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'
import { discussionOf } from '#lib/review/thread/read-threads.server.ts'
import { pin } from './pin.ts'

/** What the verb answers, and what it says. */
async function said(args: readonly string[]) {
  const [out, err] = [vi.spyOn(console, 'log'), vi.spyOn(console, 'error')]
  for (const spy of [out, err]) spy.mockReset().mockImplementation(() => {})
  const code = await pin(args)
  const text = (spy: typeof out) => spy.mock.calls.map(([line]) => String(line)).join('\n')
  return { code, out: text(out), err: text(err) }
}

async function account(name: string): Promise<{ address: string; personId: string }> {
  const address = `${randomUUID()}@example.org`
  const { id } = await db().person.create({ data: { name }, select: { id: true } })
  await db().authUser.create({ data: { name, email: address, personId: id } })
  return { address, personId: id }
}

test('a thread is placed from the command line as on its page: by whom, where, and with the same refusals', async () => {
  const slug = 'pinned-by-command'
  const first = await publishEdited(slug, 1, (_, source) => source)
  const [opener, other] = [await account('Reva'), await account('Somebody')]
  const reva = { personId: opener.personId, name: 'Reva', administrator: false }
  const passages = first.blocks.filter(({ kind }) => kind === 'paragraph')
  const [from, to] = [passages[0]?.key ?? '', passages[1]]
  for (const blockKey of [from, 'whole:cover'])
    await openThread(reva, { slug, revision: 1, blockKey, body: `on ${blockKey}`, clientKey: randomUUID() })
  await publishEdited(slug, 2, (path, source) => (path === 'cover.mdx' ? `${source}\nMore.\n` : source))
  const key = to?.key ?? ''
  const as = ['--as', opener.address]
  const placed = await said([slug, '#1', `#b-${key}`, ...as])
  expect(placed).toMatchObject({ code: 0, err: '' })
  expect(placed.out).toContain(`/rfc/${slug}/v2#b-${key}`)
  const revision = await loadRevision(null, slug, 2)
  const head = revision && (await discussionOf(null, revision, null)).heads[0]
  expect(head).toMatchObject({ blockKey: key, carried: { pinnedBy: 'Reva' } })
  const words = to?.text.split(' ').slice(0, 4).join(' ') ?? ''
  expect((await said([slug, '1', key, '--words', words, ...as])).code).toBe(0)

  const refused = async (...args: string[]) => {
    const { code, out, err } = await said(args)
    expect([code, out]).toEqual([1, ''])
    return err
  }
  expect(await refused(slug, '1', 'nowhere', ...as)).toContain('no passage “nowhere”')
  expect(await refused(slug, '1', key, '--words', 'not these', ...as)).toContain('do not stand')
  expect(await refused(slug, '9', key, ...as)).toContain('no such thread')
  expect(await refused('no-such-proposal', '1', key, ...as)).toContain('no such thread')
  expect(await refused(slug, '2', key, ...as)).toContain('on a whole write-up')
  expect(await refused(slug, '1', key, '--as', other.address)).toContain('only who opened the thread')
  expect(await refused(slug, '1', key, '--as', 'nobody@example.org')).toContain('no account signs in')
  await db().proposal.update({ where: { slug }, data: { visibility: 'embargoed' } })
  expect(await refused(slug, '1', key, '--as', other.address)).toContain('no such thread')
})

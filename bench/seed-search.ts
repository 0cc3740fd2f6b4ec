import { randomUUID } from 'node:crypto'
import { db } from '#lib/db.server.ts'
import { openThread } from '#lib/review/acts/open-thread.server.ts'
import { seedDiscussion } from '#lib/review/acts/samples/seed-discussion.server.ts'

/** Discussions as they are long, and in each a few comments with words that hardly anybody says. */
const RARE = [
  'futex_wait_setup() is called with hb->lock held.',
  'Who drops the last reference of io_futex_data?',
  'CONFIG_FUTEX_PI=n breaks the build of kernel/futex/pi.c.',
  'See struct futex_hash_bucket, field priority_plist.',
  'A quillwort grows nowhere else.',
]

const [slugs = '', threads = '800', comments = '10000'] = process.argv.slice(2)
for (const slug of slugs.split(',')) {
  await seedDiscussion({ slug, threads: Number(threads), comments: Number(comments) })
  const block = await db().block.findFirstOrThrow({
    where: { kind: 'paragraph', revision: { proposal: { slug } } },
  })
  const { id } = await db().person.create({ data: { name: `Rare ${slug}` }, select: { id: true } })
  for (const words of RARE) {
    const body = `${words} ${randomUUID()}`
    const said = { slug, revision: 1, blockKey: block.key, body, clientKey: randomUUID() }
    const done = await openThread({ personId: id, name: 'Rare', administrator: false }, said)
    if (!done.ok) throw new Error(done.error.kind)
  }
}
await db().$executeRaw`ANALYZE`
process.exit(0) // the pool of connections would keep it open

import { seedDiscussion } from '#lib/review/acts/samples/seed-discussion.server.ts'

const [slug = '', threads = '800', comments = '10000'] = process.argv.slice(2)
await seedDiscussion({ slug, threads: Number(threads), comments: Number(comments) })
process.exit(0) // the pool of connections would keep it open

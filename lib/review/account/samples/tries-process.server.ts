/** A second instance that tries `key` so often at once, within `limit`; prints how many were let through. */
import 'server-only'
import { withinLimit } from '#lib/review/account/tries.server.ts'

const [key = '', limit = '', times = ''] = process.argv.slice(2)
const answers = await Promise.all(
  Array.from({ length: Number(times) }, () => withinLimit(key, Number(limit), 60_000)),
)
process.stdout.write(String(answers.filter(Boolean).length), () => process.exit())

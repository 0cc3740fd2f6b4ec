/** `npm run bench:carry`: what bench/carry.ts measures, five times each. Fails where a median is beyond its goal. */
import { importTypeScript } from '../scripts/bundle.mjs'

const GOAL_MS = 300
const { carryTimes } = await importTypeScript('bench/carry.ts', 'bench-carry')
for (const { what, times } of carryTimes()) {
  const median = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]
  if (median > GOAL_MS) process.exitCode = 1
  console.log(`${what}: ${median} ms (${times.join(' ')}), goal ${GOAL_MS} ms`)
}

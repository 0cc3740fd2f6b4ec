import { countMarked } from '#lib/anchor/difference.ts'
import { benchPairs } from './bench-pairs.ts'

/** How much of each pair the map of tokens marks as changed. */
await benchPairs(
  'diff-bench',
  `Writes [{"id", "marked", "total"}]: tokens that stand in one of the two texts only, of all tokens of both.`,
  ({ pair, revisions }) => [{ id: pair.id, ...countMarked(revisions) }],
)

import { carry } from '#lib/anchor/carry.ts'
import { benchPairs } from './bench-pairs.ts'

/**
 * Carries each anchor of each pair by the map that carries threads: for texts whose truth is known, of the project's own or
 * of others.
 */
await benchPairs(
  'port-bench',
  `Writes [{"id", "state", "start"?, "end"?, "survival"?}], an entry for each anchor, in order; "pair" where there are several
pairs. States: exact, moved, edited, approximate (probably there), block (the words are gone; this is the block that
they stood in), orphaned, invalid (offsets outside of the text).`,
  ({ pair, revisions }) =>
    pair.anchors.map(({ id, start, end }) => {
      const named = { id, pair: pair.id }
      if (start >= end || end > revisions.old.text.length) return { ...named, state: 'invalid' }
      const { survival, ...place } = carry(revisions, { start, end })
      return { ...named, ...place, survival: Math.round(survival * 1000) / 1000 }
    }),
)

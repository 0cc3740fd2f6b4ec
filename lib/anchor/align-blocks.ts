/**
 * Which block of the newer revision an older one became: by the keys that authors gave, then by the vote of the tokens.
 *
 * A block may go on in several (it was split), and several in one (they were merged). Its main heir is the one with most of
 * its words.
 */
import type { RevisionMap } from './revision-map.ts'

/** A share of the tokens of the shorter of two blocks that makes one the other's heir. */
const HEIR_SHARE = 0.3

export type BlockAlignment = {
  /** By block of the old text: the blocks of the new one that it went into, the one with most of it first. */
  readonly heirs: readonly (readonly number[])[]
  /** By block of the new text: those it came from, the one that gave most first. */
  readonly origins: readonly (readonly number[])[]
}

export function alignBlocks({ old, now, map }: RevisionMap): BlockAlignment {
  const named = new Map(now.blocks.flatMap(({ key, isNamed }, at) => (isNamed ? [[key, at] as const] : [])))
  const heirs: number[][] = []
  const votesOfOrigin = now.blocks.map((): { block: number; votes: number }[] => [])
  for (const [block, { key, isNamed }] of old.blocks.entries()) {
    const votes = new Map<number, number>()
    const [from, to] = [old.firstToken[block] ?? 0, old.lastToken[block] ?? 0]
    for (let k = from; k < to; k++) {
      const image = map.to[k] ?? -1
      const target = image < 0 ? -1 : (now.blockOf[image] ?? -1)
      if (target >= 0) votes.set(target, (votes.get(target) ?? 0) + 1)
    }
    const same = isNamed ? named.get(key) : undefined
    const sizeOf = (target: number) => (now.lastToken[target] ?? 0) - (now.firstToken[target] ?? 0)
    if (same !== undefined) votes.set(same, Number.MAX_SAFE_INTEGER)
    const found = [...votes]
      .filter(([target, count]) => count >= HEIR_SHARE * Math.min(to - from, sizeOf(target)))
      // What an author named is the heir of what has that name, and of nothing else that is named.
      .filter(([target]) => target === same || !(isNamed && now.blocks[target]?.isNamed))
      .sort(([x, left], [y, right]) => right - left || x - y)
    heirs.push(found.map(([target]) => target))
    for (const [target, count] of found) votesOfOrigin[target]?.push({ block, votes: count })
  }
  const origins = votesOfOrigin.map((votes) =>
    votes.sort((x, y) => y.votes - x.votes || x.block - y.block).map(({ block }) => block),
  )
  return { heirs, origins }
}

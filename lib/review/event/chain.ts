/** The chain of events, checked by what each row says and nothing that the database computes. */
import { createHash } from 'node:crypto'

/** A row as text, each part as the database wrote it into the hash. Hashes are hex; null: there is none. */
export type ChainRow = {
  readonly id: string
  readonly kind: string
  readonly prevHash: string | null
  readonly hash: string | null
  /** Behind the number and the hash of the row before: proposal, actor, kind, subject, seconds since 1970. */
  readonly parts: readonly [string, string, string, string, string]
}

export type ChainProblem = {
  readonly id: string
  readonly kind: string
  /** The end of a sentence that begins with the event. */
  readonly says: string
}

/** SHA-256, in hex, as `event_hash` of prisma/rules/event.sql has it. */
export const hashOf = ({ prevHash, id, parts }: ChainRow): string =>
  createHash('sha256')
    .update([prevHash ?? '', id, ...parts].join('\n'))
    .digest('hex')

/** @param before the hash of the row before it in its proposal; null: it is the first. Null: it fits. */
export function problemOf(row: ChainRow, before: string | null): ChainProblem | null {
  const { id, kind, prevHash, hash } = row
  const says =
    prevHash !== before
      ? before === null
        ? 'names an event before it, and there is none'
        : prevHash === null
          ? 'names no event before it, and there is one'
          : 'names another event before it than the one that is there'
      : hash !== hashOf(row)
        ? 'is not what it was when it was recorded: its hash is that of something else'
        : null
  return says === null ? null : { id, kind, says }
}

/** What the log, and who follows it, is told of the verdicts of a revision. */
import { figure } from '#lib/figures.ts'
import { MOST_CLAIMS, type NewEvent } from '#lib/review/event/event.ts'

export type ClaimVerdict = { readonly id: string; readonly expect: string; readonly verdict: string }

type Told = Extract<NewEvent, { kind: 'claims-checked' }>['subject']

/**
 * @param before the verdicts of the revision before, by claim
 * @returns null: neither of the two has claims, so there is nothing to tell
 */
export function verdictsTold(
  revision: number,
  claims: readonly ClaimVerdict[],
  before: ReadonlyMap<string, string>,
): Told | null {
  if (claims.length === 0 && before.size === 0) return null
  const fallen = claims.filter(({ expect, verdict }) => verdict !== expect)
  const changed = claims.flatMap(({ id, verdict }) => {
    const from = before.get(id)
    return from === undefined || from === verdict ? [] : [{ claim: id, from, to: verdict }]
  })
  return {
    ...{ revision, claims: claims.length, asClaimed: claims.length - fallen.length },
    fallen: fallen.slice(0, MOST_CLAIMS).map(({ id }) => id),
    changed: changed.slice(0, MOST_CLAIMS),
  }
}

/** One line, and the claims that it is about, a line each. */
export function verdictWords({ revision, claims, asClaimed, fallen, changed }: Told): {
  readonly title: string
  readonly text: string
} {
  const all = claims === 0 ? 'has no claim any more' : `${asClaimed} of ${figure(claims, 'claim')} as claimed`
  const lines = [
    ...fallen.map((id) => `Not as claimed: ${id}`),
    ...changed.map(({ claim, from, to }) => `${claim}: was ${from}, now ${to}`),
  ]
  return {
    title: `v${revision}: ${all}`,
    text: lines.length === 0 ? 'No verdict differs from the revision before.' : lines.join('\n'),
  }
}

import { When } from '#components/ui/when.tsx'
import { figure as plural } from '#lib/figures.ts'
import { site } from '#lib/review/proposal/address.ts'
import { STATE_WORDS } from '#lib/review/proposal/state.ts'
import type { StandingInHead } from '#lib/review/turn/read-turns.server.ts'
import { namesWords } from '#lib/review/turn/turn-links.ts'
import styles from './revision-page.module.css'

/** How the proposal stands, whatever revision is read: its state, what blocks, who acts next, or what was decided. */
export function StandingLine({ slug, standing }: { slug: string; standing: StandingInHead }) {
  const { state, objections, holders, since, lastCallEndsAt, decidedBy, decidedAt, decidedOn, suggestions } =
    standing
  return (
    <p className={styles.facts}>
      <a href={site.reviewState(slug)}>{STATE_WORDS[state]}</a>
      {decidedAt && (
        <span>
          by {decidedBy ?? ''}, <When at={decidedAt.toISOString()} />
          {decidedOn !== null && `, on v${decidedOn}`}
        </span>
      )}
      {lastCallEndsAt && state === 'last_call' && (
        <span>
          until <When at={lastCallEndsAt.toISOString()} />
        </span>
      )}
      <a href={site.objections(slug)}>
        {objections === 0
          ? 'no objection stands'
          : `${plural(objections, 'objection')} ${objections === 1 ? 'blocks' : 'block'}`}
      </a>
      {suggestions > 0 && (
        <a href={site.suggestions(slug)}>{plural(suggestions, 'suggestion')} not in the text</a>
      )}
      {since && holders.length > 0 && (
        <span>
          turn: {namesWords(holders)}, since <When at={since.toISOString()} />
        </span>
      )}
    </p>
  )
}

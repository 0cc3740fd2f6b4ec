import type { ComponentProps } from 'react'
import type { Html } from '#components/ui/html.ts'
import { StillHtml } from '#components/ui/still-html.tsx'
import { When } from '#components/ui/when.tsx'
import { site } from '#lib/review/proposal/address.ts'
import { STATE_WORDS } from '#lib/review/proposal/state.ts'
import type { DecidedShown, TurnShown, WaitingShown } from '#lib/review/turn/read-turns.server.ts'
import { ageWords, namesWords } from '#lib/review/turn/turn-links.ts'
import { snoozeForm, wakeForm } from './review-forms-html.ts'
import styles from './turn-lists.module.css'

type Still = (name: string, html: Html) => ComponentProps<typeof StillHtml>

/** What waits for who looks, oldest first, a proposal with all that waits in it; what they put off is folded. */
export function MyTurns({ turns, now, still }: { turns: readonly TurnShown[]; now: number; still: Still }) {
  const waiting = turns.filter(({ snoozedUntil }) => snoozedUntil === null)
  const later = turns.filter(({ snoozedUntil }) => snoozedUntil !== null)
  return (
    <>
      {waiting.length === 0 ? (
        <p>Nothing waits for you. What you have to answer, confirm, review or decide will be here.</p>
      ) : (
        <ul className={styles.list}>
          {byProposal(waiting).map((all) => (
            <Turns key={all[0]?.slug} turns={all} now={now} still={still} />
          ))}
        </ul>
      )}
      {later.length > 0 && (
        <details>
          <summary>Put off: {byProposal(later).length}</summary>
          <ul className={styles.list}>
            {byProposal(later).map((all) => (
              <Turns key={all[0]?.slug} turns={all} now={now} still={still} />
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

/** In the order of the oldest turn of each. */
function byProposal(turns: readonly TurnShown[]): readonly TurnShown[][] {
  const all = new Map<string, TurnShown[]>()
  for (const turn of turns) all.set(turn.slug, [...(all.get(turn.slug) ?? []), turn])
  return [...all.values()]
}

function Turns({ turns, now, still }: { turns: readonly TurnShown[]; now: number; still: Still }) {
  const [first] = turns
  if (!first) return null
  const { slug, title, snoozedUntil } = first
  return (
    <li>
      <h2>
        <a href={site.proposal(slug)}>{title}</a>
      </h2>
      <ul>
        {turns.map(({ href, words, since }) => (
          <li key={`${href} ${words}`}>
            <a href={href}>{words}</a>,{' '}
            <span title={since.toISOString()}>for {ageWords(since.getTime(), now)}</span>
          </li>
        ))}
      </ul>
      {snoozedUntil && (
        <p>
          Put off until <When at={snoozedUntil.toISOString()} />
        </p>
      )}
      <StillHtml
        {...still(`snooze-${slug}`, snoozedUntil ? wakeForm(slug, title) : snoozeForm(slug, title))}
      />
    </li>
  )
}

export function WaitingForOthers({ waiting, now }: { waiting: readonly WaitingShown[]; now: number }) {
  if (waiting.length === 0) return <p>No proposal in which you take part waits for somebody else.</p>
  return (
    <ul className={styles.list}>
      {waiting.map(({ slug, title, state, holders, since }) => (
        <li key={slug}>
          <a href={site.proposal(slug)}>{title}</a>, {STATE_WORDS[state]}: waits for {namesWords(holders)}
          {since && `, for ${ageWords(since.getTime(), now)}`}
        </li>
      ))}
    </ul>
  )
}

/** @param now milliseconds since 1970 */
export function RecentlyDecided({ decided, now }: { decided: readonly DecidedShown[]; now: number }) {
  if (decided.length === 0) return <p>Nothing was decided in the last three months.</p>
  return (
    <ul className={styles.list}>
      {decided.map(({ slug, title, state, by, at }) => (
        <li key={slug}>
          <a href={site.reviewState(slug)}>{title}</a>: {STATE_WORDS[state]} by {by},{' '}
          <When at={at.toISOString()} now={now} />
        </li>
      ))}
    </ul>
  )
}

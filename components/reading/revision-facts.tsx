import { Fragment } from 'react'
import { When } from '#components/ui/when.tsx'
import { figure as plural } from '#lib/figures.ts'
import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import type { Visibility } from '#lib/review/person/visibility.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { StandingInHead } from '#lib/review/turn/read-turns.server.ts'
import { claimCountWords, claimedShape } from '#lib/simulation/verdict-words.ts'
import styles from './revision-page.module.css'
import { StandingLine } from './standing-line.tsx'

/** What a reading page says of its revision, as plain data. */
export type RevisionFacts = {
  readonly slug: string
  readonly number: number
  /** Of all revisions, oldest first. */
  readonly numbers: readonly number[]
  readonly area: string
  /** How its proposal stands. */
  readonly standing: StandingInHead | null
  readonly visibility: Visibility
  /** Empty: it is a folder, which is published nowhere and has no other page. */
  readonly publishedAt: string
  readonly title: string
  readonly authors: readonly string[]
  readonly claims: readonly {
    readonly id: string
    readonly blockKey: string
    readonly expect: string
    readonly report: { readonly kind: string }
  }[]
  readonly openThreads: readonly { readonly number: number; readonly writeup: string | undefined }[]
  /** Comments that the viewer has not seen, and in which threads. */
  readonly unread: readonly { readonly writeup: string | undefined; readonly unread: number }[]
  readonly gate: { readonly passes: boolean; readonly open: number; readonly of: number }
  readonly signedIn: boolean
  /** The reader is an author. */
  readonly mayEdit: boolean
  /** Drafts of the reader's own review. */
  readonly drafts: number
  /** Some of what was said is not on the page. */
  readonly isShortened: boolean
}

/** Where a passage stands, by its key: on this page, or on another one of the revision. */
type HrefOf = (blockKey: string) => string

export function RevisionHead({ facts, hrefOfBlock }: { facts: RevisionFacts; hrefOfBlock: HrefOf }) {
  const { slug, number } = facts
  return (
    <header className={styles.head}>
      <p className={styles.facts}>
        <span>{facts.area}</span>
        {facts.visibility !== 'public' && <strong>{facts.visibility}</strong>}
        {facts.publishedAt === '' ? (
          <span>v{number}, not published</span>
        ) : (
          <span>
            v{number}, published <When at={facts.publishedAt} />
          </span>
        )}
      </p>
      <h1>{facts.title}</h1>
      <p className={styles.facts}>
        <span>{facts.authors.map((author) => author.replace(/ <.*/, '')).join(', ')}</span>
        <ClaimSummary claims={facts.claims} hrefOf={hrefOfBlock} />
        <ThreadSummary open={facts.openThreads} />
        <UnreadSummary slug={slug} unread={facts.unread} />
      </p>
      {facts.standing && <StandingLine slug={slug} standing={facts.standing} />}
      {facts.publishedAt === '' ? (
        <p className={styles.facts}>
          <span>{gateWords(facts.gate)}</span>
        </p>
      ) : (
        <WaysOn facts={facts} />
      )}
      {facts.isShortened && (
        <p className={styles.facts}>
          <span>
            More was said than fits here: longer threads show their first and last comments, and others a
            line.
          </span>
          <a href={site.whole(slug, number)}>Everything on one page</a>
          <a href={site.discussionAsText(slug, number)}>everything as text</a>
        </p>
      )}
    </header>
  )
}

/** To everything else that there is of the revision. */
function WaysOn({ facts }: { facts: RevisionFacts }) {
  const { slug, number, numbers } = facts
  return (
    <p className={styles.facts}>
      <a href={site.gate(slug, number)}>{gateWords(facts.gate)}</a>
      <a href={site.export(slug, { revision: number })}>As the list sees it</a>
      <a href={site.revisionAsText(slug, number)}>Plain text</a>
      <a href={site.revisionAsMailbox(slug, number)}>mbox</a>
      <a href={site.threads(slug)}>Threads</a>
      <a href={site.people(slug)}>People</a>
      {facts.mayEdit && <a href={site.edit(slug)}>Edit</a>}
      {facts.drafts > 0 && <a href={site.review(slug)}>Your review: {plural(facts.drafts, 'draft')}</a>}
      {numbers.length > 1 &&
        numbers.map((other) => (
          <a
            key={other}
            href={site.revision(slug, other)}
            aria-current={other === number ? 'page' : undefined}
          >
            v{other}
          </a>
        ))}
      {number > 1 && <a href={site.interdiff(slug, number - 1, number)}>What changed since v{number - 1}</a>}
      {!facts.signedIn && <a href={site.signIn(site.revision(slug, number))}>Sign in to comment</a>}
    </p>
  )
}

function gateWords({ passes, open, of }: RevisionFacts['gate']): string {
  if (passes) return `Gate: all ${of} questions answered`
  return open > 0 ? `Gate: ${open} of ${of} questions open` : 'Gate: open'
}

/** More of them are counted. */
const CLAIMS_NAMED = 5

function ClaimSummary({ claims, hrefOf }: Pick<RevisionFacts, 'claims'> & { hrefOf: HrefOf }) {
  if (claims.length === 0) return <span>no claims</span>
  const failing = claims.filter(({ expect, report }) => !isAsClaimed(expect, report.kind))
  const words = claimCountWords(claims.length - failing.length, failing.length)
  if (failing.length === 0)
    return (
      <span id="claims">
        <span aria-hidden="true">{claimedShape(true)}</span> {words}
      </span>
    )
  const more = failing.length - CLAIMS_NAMED
  return (
    <span id="claims" className={styles.failing}>
      <span aria-hidden="true">{claimedShape(false)}</span> {words}:{' '}
      {failing.slice(0, CLAIMS_NAMED).map(({ id, blockKey }, at) => (
        <Fragment key={id}>
          {at > 0 && ', '}
          <a href={hrefOf(blockKey)}>{id}</a>
        </Fragment>
      ))}
      {more > 0 && ` and ${more} more`}
    </span>
  )
}

function UnreadSummary({ slug, unread }: { slug: string; unread: RevisionFacts['unread'] }) {
  const all = unread.reduce((sum, one) => sum + one.unread, 0)
  if (all === 0) return null
  return (
    <a href={site.threads(slug, { unread: 1 })} data-unread-all="" data-count={all}>
      {all} unread
    </a>
  )
}

/** The island counts on: a thread that is opened in place makes it one more. */
function ThreadSummary({ open }: { open: RevisionFacts['openThreads'] }) {
  const [first] = open
  if (!first) return <span data-open-threads="0">no open thread</span>
  return (
    <a href={`#t${first.number}`} data-open-threads={open.length}>
      {open.length} open {open.length === 1 ? 'thread' : 'threads'}
    </a>
  )
}

import { When } from '#components/ui/when.tsx'
import { isAsClaimed } from '#lib/promela/machine/verdict.ts'
import { site } from '#lib/review/proposal/address.ts'
import styles from './revision-page.module.css'

/** What a reading page says of its revision, as plain data. */
export type RevisionFacts = {
  readonly slug: string
  readonly number: number
  /** Of all revisions, oldest first. */
  readonly numbers: readonly number[]
  readonly area: string
  readonly state: string
  readonly publishedAt: string
  readonly title: string
  readonly authors: readonly string[]
  readonly claims: readonly { readonly expect: string; readonly report: { readonly kind: string } }[]
  readonly openThreads: readonly { readonly number: number }[]
  readonly signedIn: boolean
  /** Some of what was said is not on the page. */
  readonly isShortened: boolean
}

export function RevisionHead({ facts }: { facts: RevisionFacts }) {
  const { slug, number, numbers } = facts
  return (
    <header className={styles.head}>
      <p className={styles.facts}>
        <span>{facts.area}</span>
        <span>{facts.state.replace('_', ' ')}</span>
        <span>
          v{number}, published <When at={facts.publishedAt} />
        </span>
      </p>
      <h1>{facts.title}</h1>
      <p className={styles.facts}>
        <span>{facts.authors.map((author) => author.replace(/ <.*/, '')).join(', ')}</span>
        <ClaimSummary claims={facts.claims} />
        <ThreadSummary open={facts.openThreads} />
      </p>
      <p className={styles.facts}>
        <a href={site.export(slug, { revision: number })}>As the list sees it</a>
        <a href={site.revisionAsText(slug, number)}>Plain text</a>
        <a href={site.revisionAsMailbox(slug, number)}>mbox</a>
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
        {!facts.signedIn && <a href={site.signIn(site.revision(slug, number))}>Sign in to comment</a>}
      </p>
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

function ClaimSummary({ claims }: Pick<RevisionFacts, 'claims'>) {
  if (claims.length === 0) return <span>no claims</span>
  const failing = claims.filter(({ expect, report }) => !isAsClaimed(expect, report.kind)).length
  return (
    <span>
      {failing === 0
        ? `${claims.length} claims, each with the verdict it states`
        : `${failing} of ${claims.length} claims without the verdict they state`}
    </span>
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

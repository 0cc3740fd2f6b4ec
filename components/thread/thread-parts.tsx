import { groupDigits } from '#lib/figures.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { ThreadPart } from '#lib/review/thread/page-plan.ts'
import styles from './thread-page.module.css'

/** Which part of a long thread this is, and the way to the others; nothing where there is one. */
export function ThreadParts({
  slug,
  number,
  parts,
  part,
  comments,
  where,
}: {
  slug: string
  number: number
  parts: readonly ThreadPart[]
  part: number
  comments: number
  /** Two of them stand on a page. */
  where: 'above' | 'below'
}) {
  const here = parts[part]
  if (parts.length < 2 || !here) return null
  const to = (index: number, words: (of: ThreadPart) => string) => {
    const other = parts[index]
    return other && index !== part ? (
      <a href={site.threadPart(slug, number, other.from)}>{words(other)}</a>
    ) : null
  }
  const size = ({ from, to: last }: ThreadPart) => groupDigits(last - from + 1)
  return (
    <nav className={styles.parts} aria-label={`Parts of the thread, ${where}`}>
      <span>
        Comments {groupDigits(here.from)} to {groupDigits(here.to)} of {groupDigits(comments)}
      </span>
      {part > 1 && to(0, () => 'The first')}
      {to(part - 1, (of) => `${size(of)} before`)}
      {to(part + 1, (of) => `${size(of)} more`)}
      {part < parts.length - 2 && to(parts.length - 1, () => 'The last')}
    </nav>
  )
}

import button from '#components/ui/button.module.css'
import { site } from '#lib/review/proposal/address.ts'
import styles from './thread-list.module.css'

/** Works without scripts. What is written after the page was made stays unread. */
export function MarkAll({
  slug,
  until,
  back,
}: {
  slug: string
  /** When the page was made, RFC 3339. */
  until: string
  /** The page that it stands on. */
  back: 'threads' | 'proposal'
}) {
  return (
    <form method="post" action={site.postRead(slug)} className={styles.markAll}>
      <input type="hidden" name="until" value={until} />
      <input type="hidden" name="back" value={back} />
      <button type="submit" className={button.quiet}>
        Mark all as read
      </button>
    </form>
  )
}

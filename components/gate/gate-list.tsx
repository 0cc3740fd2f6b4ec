import type { ReactNode } from 'react'
import type { GateItem } from '#lib/review/gate/gate-item.ts'
import { placeOfItem, STATE_WORDS } from '#lib/review/gate/gate-text.ts'
import { anchor, site } from '#lib/review/proposal/address.ts'
import styles from './gate.module.css'

const SUBJECT_WORDS: Readonly<Record<GateItem['subject'], string>> = {
  question: '',
  'write-up': 'Write-up ',
  claim: 'Claim ',
  questionnaire: 'Questionnaire ',
}

/** What the gate asks, item by item, each with its line in the text; `after`: what may be done with one. */
export function GateList(props: {
  slug: string
  number: number
  items: readonly GateItem[]
  after?: (item: GateItem) => ReactNode
}) {
  const { slug, number, items, after } = props
  return (
    <ul className={styles.list}>
      {items.map((item) => (
        <li
          key={`${item.subject} ${item.id}`}
          id={item.subject === 'question' ? anchor.question(item.id) : undefined}
          className={item.isOpen ? styles.open : styles.closed}
        >
          <p className={styles.head}>
            <strong>
              {SUBJECT_WORDS[item.subject]}
              {item.id}
            </strong>
            <span className={styles.state}>{STATE_WORDS[item.state]}</span>
            <Place slug={slug} number={number} item={item} />
          </p>
          <p>{item.asks}</p>
          {item.why !== '' && <p className={styles.why}>{item.why}</p>}
          {after?.(item)}
        </li>
      ))}
    </ul>
  )
}

/** `lifetime.mdx:12:1`: leads to the passage on the page of the revision. */
function Place({ slug, number, item }: { slug: string; number: number; item: GateItem }) {
  const place = placeOfItem(item)
  if (item.blockKey === null) return <span className={styles.place}>{place}</span>
  return (
    <a className={styles.place} href={site.block(slug, number, item.blockKey)}>
      {place}
    </a>
  )
}

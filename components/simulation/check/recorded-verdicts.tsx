import { groupDigits } from '#lib/figures.ts'
import type { RecordedVerdict } from '#lib/simulation/simulation-data.ts'
import { counterexampleWords } from '#lib/simulation/verdict-words.ts'
import { ClaimedMark } from './claimed-mark.tsx'
import styles from './recorded-verdicts.module.css'
import { VerdictMark } from './verdict-mark.tsx'

type RecordedVerdictsProps = {
  recorded: readonly RecordedVerdict[]
  revision: number
  /** Address of a variant's own page; without it the names are plain. */
  variantHref?: (variant: string) => string
}

/** The verdicts of the server at publish: a table, one line for each variant and property. */
export function RecordedVerdicts({ recorded, revision, variantHref }: RecordedVerdictsProps) {
  if (recorded.length === 0) {
    return (
      <p className={styles.none}>
        No verdict was recorded for this variant when v{revision} was published. Run the model and explore all
        its states to get one.
      </p>
    )
  }
  return (
    <table className={styles.recorded}>
      <caption>Recorded when v{revision} was published</caption>
      <thead>
        <tr>
          <th scope="col">variant</th>
          <th scope="col">property</th>
          <th scope="col">verdict</th>
          <th scope="col">states</th>
          <th scope="col">moves deep</th>
        </tr>
      </thead>
      <tbody>
        {recorded.map((item) => (
          <tr key={`${item.variant} ${item.property}`}>
            <th scope="row">
              {variantHref ? <a href={variantHref(item.variant)}>{item.variant}</a> : item.variant}
            </th>
            <td>{item.property}</td>
            <td>
              <VerdictMark word={item.verdict} expect={item.expect} />
              {item.expect && (
                <>
                  {' '}
                  <ClaimedMark expect={item.expect} word={item.verdict} />
                </>
              )}
              {item.summary !== '' && <span className={styles.summary}>{item.summary}</span>}
              {item.trace && <span className={styles.summary}>{counterexampleWords(item.trace)}</span>}
            </td>
            <td className={styles.number}>{groupDigits(item.states)}</td>
            <td className={styles.number}>{groupDigits(item.depth)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

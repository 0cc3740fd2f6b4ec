import { notChecked, SEQUENTIAL, scopeSentence } from '#lib/promela/memory-order/scope.ts'
import { parameterWords, type RecordedVerdict } from '#lib/simulation/simulation-data.ts'
import { counterexampleWords, reachWords } from '#lib/simulation/verdict-words.ts'
import { ClaimedMark } from './claimed-mark.tsx'
import styles from './recorded-summary.module.css'
import { VerdictMark } from './verdict-mark.tsx'

type RecordedSummaryProps = {
  variant: string
  recorded: readonly RecordedVerdict[]
  revision: number
  defines: Readonly<Record<string, string>>
}

/** What the server found for one variant when the revision was published, with what that does and does not say. */
export function RecordedSummary({ variant, recorded, revision, defines }: RecordedSummaryProps) {
  return (
    <div className={styles.summary}>
      <p className={styles.head}>
        Variant {variant}
        {recorded.length > 0 && `, as recorded when v${revision} was published`}
      </p>
      {recorded.length === 0 && (
        <p>
          Nothing was recorded for this variant. Run the model and explore all its states to get a verdict.
        </p>
      )}
      {recorded.map((item) => (
        <div key={item.property}>
          <p className={styles.verdict}>
            <VerdictMark word={item.verdict} expect={item.expect} /> {item.property}
            {item.expect && (
              <>
                , <ClaimedMark expect={item.expect} word={item.verdict} />
              </>
            )}
          </p>
          {item.summary !== '' && <p className={styles.message}>{item.summary}</p>}
          <p className={styles.figures}>
            {reachWords(item.states, item.depth)}, {item.trace && `${counterexampleWords(item.trace)}, `}
            {item.checkerVersion}
          </p>
        </div>
      ))}
      <p className={styles.scope}>
        {scopeSentence(SEQUENTIAL, parameterWords(defines))} {notChecked(false)}
      </p>
    </div>
  )
}

/** The explorer at full width: one model, all its variants with their recorded verdicts, one of them running. */

import { RecordedVerdicts } from '#components/simulation/check/recorded-verdicts.tsx'
import { notChecked, SEQUENTIAL, scopeSentence } from '#lib/promela/memory-order/scope.ts'
import { parameterWords, type SimulationData } from '#lib/simulation/simulation-data.ts'
import styles from './model-page.module.css'
import { Simulation } from './simulation.tsx'

type ModelPageProps = SimulationData & {
  /** "Order of steps between a wait and a wake" */
  title: string
  /** The address of this page with another variant. */
  variantHref: (variant: string) => string
  /** The address of this page without its query, at the model. */
  here: string
}

export function ModelPage({ title, variantHref, here, ...data }: ModelPageProps) {
  const unclaimed = data.variants.filter(({ name }) => !data.recorded.some((item) => item.variant === name))
  return (
    <div className={styles.page}>
      <header className={styles.head}>
        <p className={styles.kind}>
          Model {data.model}, {data.main}
        </p>
        <h1>{title}</h1>
      </header>
      <Simulation {...data} caption={title} layout="full" here={here} />
      <section className={styles.head} aria-label="All variants">
        {/* Those of the variant that runs stand where it is chosen: there they follow the choice. */}
        <p>
          {scopeSentence(SEQUENTIAL, 'those of each variant')} {notChecked(false)}
        </p>
        <RecordedVerdicts recorded={data.recorded} revision={data.revision} variantHref={variantHref} />
        {unclaimed.length > 0 && (
          <ul className={styles.unclaimed} aria-label="Variants without a recorded verdict">
            {unclaimed.map(({ name, defines }) => (
              <li key={name}>
                <a href={variantHref(name)}>{name}</a>: no verdict recorded; {parameterWords(defines)}
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  )
}

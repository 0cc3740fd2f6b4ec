import { Simulation } from '#components/simulation/simulation.tsx'
import { WriteupDocument } from '#components/writeup/document.tsx'
import type { DocumentContext } from '#components/writeup/document-context.ts'
import { Glossary, inOrder } from '#components/writeup/term.tsx'
import type { DrawnCopy } from '#lib/review/draft/draw-copy.ts'
import { site } from '#lib/review/proposal/address.ts'
import type { DocumentId } from '#lib/writeup/parse/document-id.ts'
import styles from './draft.module.css'

/** A document of a working copy, drawn by what draws published ones; claims have no verdict until it is published. */
export function Preview({
  slug,
  writeup,
  drawn,
  broken,
}: {
  slug: string
  writeup: DocumentId
  drawn: DrawnCopy
  broken: DocumentContext['broken']
}) {
  const [questions, ascii] = [new Map(drawn.questions), new Map(drawn.ascii)]
  const charts = new Map(drawn.charts)
  const runs = new Map(drawn.runs.map((run) => [run.name, run]))
  const terms = new Map(drawn.terms.map(({ name, says }) => [name, says]))
  const context: DocumentContext = {
    broken,
    claim: () => null,
    question: (id) => {
      const help = questions.get(id)
      return help === undefined ? null : { help, href: null }
    },
    chart: (id) => charts.get(id) ?? null,
    run: (name) => runs.get(name) ?? null,
    term: (name) => terms.get(name) ?? null,
    ascii: (figure) => ascii.get(figure) ?? null,
    simulation: ({ id, caption }) => {
      const data = drawn.simulations.find((one) => one.id === id)
      if (!data) return null
      return Simulation({ ...data, caption: caption ?? data.model, drawn: (source) => source })
    },
  }
  return (
    <>
      {drawn.problems.length > 0 && (
        <section aria-labelledby="left-out" data-preview-problems="">
          <h2 id="left-out" className={styles.wrong}>
            Left out: what cannot be read yet
          </h2>
          <ol className={styles.list}>
            {drawn.problems.map(({ file, line, column, message }) => (
              <li key={`${line}:${column} ${message}`}>
                <a href={site.edit(slug, { file, line })}>
                  {file}:{line}:{column}
                </a>{' '}
                {message}
              </li>
            ))}
          </ol>
        </section>
      )}
      <WriteupDocument writeup={writeup} title={drawn.title} code={drawn.code} context={context} />
      <Glossary terms={inOrder(drawn.terms)} />
    </>
  )
}

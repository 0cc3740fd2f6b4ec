import { When } from '#components/ui/when.tsx'
import type { GateItem, GateResult, WeakMark } from '#lib/review/gate/gate-item.ts'
import { gateSentence, lintLine } from '#lib/review/gate/gate-text.ts'
import type { Lint } from '#lib/review/gate/lints.ts'
import { site } from '#lib/review/proposal/address.ts'
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'
import styles from './gate.module.css'
import { GateList } from './gate-list.tsx'
import type { WeakAction } from './weak-form-state.ts'
import { MarkWeakForm, WithdrawWeakForm } from './weak-forms.tsx'

export type GateShown = {
  readonly slug: string
  readonly title: string
  readonly number: number
  readonly numbers: readonly number[]
  readonly questionnaire: string
  readonly gate: GateResult
  readonly lints: readonly Lint[]
  /** Whether the viewer says of answers that they do not answer; their own words, which they may take back. */
  readonly mayMark: boolean
  readonly personId: string | null
}

/** Which questions a revision answers, by write-up, with what reviewers say of the answers. */
export function GatePage({
  shown,
  mark,
  withdraw,
}: {
  shown: GateShown
  mark: WeakAction
  withdraw: WeakAction
}) {
  const { slug, title, number, numbers, questionnaire, gate, lints, mayMark, personId } = shown
  const newest = numbers.at(-1) ?? number
  const after = (item: GateItem) => {
    if (item.subject !== 'question' || item.answerHash === null) return null
    const marks = gate.weak.filter(({ question }) => question === item.id)
    const isOwn = marks.some(({ by }) => by.id === personId)
    return (
      <>
        {marks.map((one) => (
          <Mark key={one.id} slug={slug} mark={one} isOwn={one.by.id === personId} withdraw={withdraw} />
        ))}
        {mayMark && !isOwn && <MarkWeakForm slug={slug} revision={number} question={item.id} action={mark} />}
      </>
    )
  }
  const open = gate.items.filter(({ isOpen }) => isOpen).length
  return (
    <>
      <p>
        <a href={site.revision(slug, number)}>{title}</a>
      </p>
      <h1>Gate of v{number}</h1>
      <p className={styles.sentence}>{gateSentence(gate)}</p>
      <p>
        A proposal comes into review, and its mails leave, when each question of {questionnaire} is answered
        in the write-up it belongs to, and each required claim is as claimed.
        {number !== newest && ` The newest revision is v${newest}.`}
      </p>
      <p className={styles.facts}>
        <a href={site.gateAsText(slug, number)}>Plain text</a>
        <a href={site.gateAsJson(slug, number)}>JSON</a>
        {numbers.length > 1 &&
          numbers.map((other) => (
            <a key={other} href={site.gate(slug, other)} aria-current={other === number ? 'page' : undefined}>
              v{other}
            </a>
          ))}
      </p>
      {open > 0 && (
        <section aria-labelledby="to-do">
          <h2 id="to-do">To do: {open}</h2>
          <ul>
            {gate.items.flatMap((item) =>
              item.isOpen && item.subject === 'question'
                ? [
                    <li key={item.id}>
                      <a href={site.gate(slug, number, item.id)}>{item.id}</a>
                    </li>,
                  ]
                : [],
            )}
          </ul>
        </section>
      )}
      {lints.length > 0 && (
        <section aria-labelledby="warnings">
          <h2 id="warnings">Warnings: {lints.length}</h2>
          <p>They keep nothing from review. An author who means it so says why in the cover.</p>
          <ul className={styles.lints}>
            {lints.map((lint) => (
              <li key={`${lint.file}:${lint.line}:${lint.column} ${lint.lint}`}>{lintLine(lint)}</li>
            ))}
          </ul>
        </section>
      )}
      {DOCUMENT_IDS.map((writeup) => {
        const items = gate.items.filter((item) => item.writeup === writeup)
        if (items.length === 0) return null
        return (
          <section key={writeup} aria-labelledby={`of-${writeup}`}>
            <h2 id={`of-${writeup}`}>{writeup}</h2>
            <GateList slug={slug} number={number} items={items} after={after} />
          </section>
        )
      })}
    </>
  )
}

function Mark(props: { slug: string; mark: WeakMark; isOwn: boolean; withdraw: WeakAction }) {
  const { slug, mark, isOwn, withdraw } = props
  return (
    <div className={styles.mark}>
      <span>
        {mark.by.name}, <When at={mark.at} />, on v{mark.revision}: “{mark.reason}”
      </span>
      {isOwn && <WithdrawWeakForm slug={slug} weak={mark.id} question={mark.question} action={withdraw} />}
    </div>
  )
}

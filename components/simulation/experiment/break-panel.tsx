'use client'
/**
 * "Try to break it": whoever doubts a claim takes away a lock, a guard or an order himself, without editing, and sees
 * whether the checker notices. One mutant at a time is shown and can be stepped through; all of them can be tried.
 */
import { useMemo, useState } from 'react'
import { ActionButton } from '#components/ui/action-button.tsx'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { figure } from '#lib/figures.ts'
import type { Answer } from '#lib/promela/experiment/answer.ts'
import type { Mutant } from '#lib/promela/mutate/mutants.ts'
import { unreachable } from '#lib/result.ts'
import { mutantsIn, mutantWords, type Setting, settingKey } from '#lib/simulation/setting.ts'
import type { SimulationData } from '#lib/simulation/simulation-data.ts'
import { verdictShape } from '#lib/simulation/verdict-words.ts'
import styles from './break-panel.module.css'
import { type BreakAll, useBreakAll } from './use-break-all.ts'

type BreakPanelProps = {
  data: SimulationData
  setting: Setting
  /** Shows the broken model and starts its search; `null` puts back what was broken. */
  onBreak: (mutant: Mutant | null) => void
}

export function BreakPanel({ data, setting, onBreak }: BreakPanelProps) {
  // Once open it stays: what was found is not lost when the reader folds it away.
  const [open, setOpen] = useState(false)
  return (
    <details className={styles.panel} onToggle={(event) => event.currentTarget.open && setOpen(true)}>
      <summary>Try to break it</summary>
      {open && <Mutants data={data} setting={setting} onBreak={onBreak} />}
    </details>
  )
}

function Mutants({ data, setting, onBreak }: BreakPanelProps) {
  const whole = useMemo(() => ({ ...setting, mutant: null }), [setting])
  const key = settingKey(whole)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all that the list depends on
  const mutants = useMemo(() => mutantsIn(data, whole), [data, key])
  const { state, start, cancel } = useBreakAll(data, whole, key)
  const running = state.kind === 'running'
  if (mutants.length === 0)
    return <p className={styles.hint}>There is nothing in this text that can be broken.</p>
  return (
    <>
      <p className={styles.hint}>
        Each line breaks this variant in one place and searches it again. A claim that holds all the same does
        not depend on that place, or does not ask for what it does.
      </p>
      <div className={styles.bar}>
        <ActionButton onAct={() => (running ? cancel() : start(mutants))}>
          {running ? 'Cancel' : `Break each of the ${mutants.length} in turn`}
        </ActionButton>
        <span className={styles.hint}>{progressWords(state)}</span>
      </div>
      {state.obstacle !== null && <p className={styles.obstacle}>{state.obstacle}</p>}
      <ScrollBox as="section" className={styles.box} label="What can be broken">
        <ol className={styles.list}>
          {mutants.map((mutant) => {
            const chosen = setting.mutant?.id === mutant.id
            return (
              <li key={mutant.id} className={styles.item}>
                <ActionButton pressed={chosen} onAct={() => onBreak(chosen ? null : mutant)}>
                  <span className={styles.words}>{mutantWords(mutant)}</span>
                </ActionButton>
                <AnswerWords answer={state.answers.get(mutant.id)} />
              </li>
            )
          })}
        </ol>
      </ScrollBox>
    </>
  )
}

function AnswerWords({ answer }: { answer: Answer | null | undefined }) {
  if (answer === undefined) return null
  return (
    <span className={styles.answer} data-answer={answer?.kind ?? 'stillborn'}>
      {answer === null ? '– no model any more' : answerWords(answer)}
    </span>
  )
}

function answerWords(answer: Answer): string {
  switch (answer.kind) {
    case 'noticed':
      return `${verdictShape('violated')} noticed after ${figure(answer.steps, 'statement')}`
    case 'survived':
      return `${verdictShape('holds')} holds all the same: not noticed in ${figure(answer.states, 'state')}`
    case 'equivalent':
      return `${verdictShape('holds')} no difference in ${figure(answer.states, 'state')}`
    case 'unfinished':
      return `${verdictShape('unfinished')} not finished within ${figure(answer.states, 'state')}`
    default:
      return unreachable(answer)
  }
}

/** How far "break each" is, and what it came to. */
export function progressWords({ kind, total, answers, obstacle }: BreakAll): string {
  if (kind === 'idle' || obstacle !== null) return ''
  const all = [...answers.values()]
  const count = (wanted: Answer['kind']): number => all.filter((answer) => answer?.kind === wanted).length
  const parts = [
    `${count('noticed')} noticed`,
    `${count('survived')} not noticed`,
    `${count('equivalent')} without a difference`,
    `${count('unfinished')} not finished`,
  ].filter((words, at) => at < 2 || !words.startsWith('0 '))
  const done =
    kind === 'running'
      ? `${answers.size} of ${total}`
      : answers.size < total
        ? `Stopped at ${answers.size} of ${total}`
        : `All ${total}`
  return `${done}: ${parts.join(', ')}`
}

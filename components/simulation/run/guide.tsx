'use client'
/**
 * Five sentences for whoever has never stepped a model, one at a time, each with the part that it is about marked. It is there by
 * itself until it was read or closed once in this browser, and again whenever its button or key asks for it.
 */
import { ActionButton } from '#components/ui/action-button.tsx'
import styles from './guide.module.css'

/** `about`: the part that is marked meanwhile, as the frame knows it. */
const STEPS = [
  {
    about: 'bar',
    says: 'Forward takes one step of the run, Back takes it back. Nothing that you press here can break anything, and nothing is stored.',
  },
  {
    about: 'pane',
    says: 'Story says each step in words: who did what, and what it changed. Source shows the same step in the text of the model.',
  },
  {
    about: 'processes',
    says: 'Each process says what it can do now. Press it to choose another order: that is how you look for one that breaks. One that waits says what for.',
  },
  {
    about: 'state',
    says: 'State has every value. What the last step changed is lit, with the value before it.',
  },
  {
    about: 'lanes',
    says: 'The lanes show who moved when. Press a step, or use the arrow keys there, to go to it. Below, Explore all states tries every order there is.',
  },
] as const

export type GuidePart = (typeof STEPS)[number]['about']

export function guidePart(step: number | null): GuidePart | undefined {
  return step === null ? undefined : STEPS[step]?.about
}

type GuideProps = {
  /** From 0. */
  step: number
  onStep: (step: number) => void
  onClose: () => void
}

export function Guide({ step, onStep, onClose }: GuideProps) {
  const last = step === STEPS.length - 1
  return (
    <section className={styles.guide} aria-label="Guide">
      <p role="status">
        <strong>
          {step + 1} of {STEPS.length}
        </strong>{' '}
        {STEPS[step]?.says}
      </p>
      <span className={styles.buttons}>
        <ActionButton onAct={() => onStep(step - 1)} off={step === 0}>
          Previous
        </ActionButton>
        {/* One button for both, so that the focus stays where it is. */}
        <ActionButton main onAct={() => (last ? onClose() : onStep(step + 1))}>
          {last ? 'Done' : 'Next'}
        </ActionButton>
        {!last && <ActionButton onAct={onClose}>Close the guide</ActionButton>}
      </span>
    </section>
  )
}

const SETTING = 'coherent:guide-of-models'

/** Where the browser keeps nothing it is there each time. */
export function wasGuided(): boolean {
  try {
    return localStorage.getItem(SETTING) === 'read'
  } catch {
    return false
  }
}

export function rememberGuided(): void {
  try {
    localStorage.setItem(SETTING, 'read')
  } catch {
    // switched off, or full
  }
}

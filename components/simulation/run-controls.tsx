'use client'
import { ActionButton } from './action-button.tsx'
import type { Run } from './run.ts'
import styles from './run-controls.module.css'
import { type Play, SPEEDS } from './use-play.ts'

type RunControlsProps = {
  run: Run | null
  /** Steps can be taken from the state shown. */
  open: boolean
  variant: string
  variants: readonly string[]
  onVariant: (name: string) => void
  play: Play
  onReset: () => void
  onBack: () => void
  onForward: () => void
  onEnd: () => void
  onRandom: () => void
}

/** The bar above the source: which variant, and every way to move through its run. */
export function RunControls(props: RunControlsProps) {
  const { run, open, variant, variants, onVariant, play } = props
  const cursor = run?.cursor ?? 0
  const ahead = run !== null && cursor < run.moments.length
  return (
    <div className={styles.controls}>
      <label className={styles.choice}>
        <span>Variant</span>
        <select value={variant} onChange={(event) => onVariant(event.target.value)}>
          {variants.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className={styles.choice}>
        <span className={styles.hidden}>Speed of play</span>
        <select value={play.speed} onChange={(event) => play.setSpeed(Number(event.target.value))}>
          {SPEEDS.map((speed) => (
            <option key={speed} value={speed}>
              {speed} steps/s
            </option>
          ))}
        </select>
      </label>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; these are commands */}
      <div className={styles.buttons} role="group" aria-label="Run">
        <ActionButton onAct={props.onReset} shortcut="r" off={!run || (cursor === 0 && !ahead)}>
          Reset
        </ActionButton>
        <ActionButton onAct={props.onBack} shortcut="<" off={cursor === 0}>
          Back
        </ActionButton>
        <ActionButton onAct={props.onForward} shortcut=">" off={!ahead && !open}>
          Forward
        </ActionButton>
        <ActionButton onAct={props.onEnd} shortcut="e" off={!ahead}>
          End
        </ActionButton>
        <ActionButton onAct={props.onRandom} shortcut="x" off={!open}>
          Random
        </ActionButton>
        <ActionButton
          onAct={play.toggle}
          shortcut="Space"
          off={!play.playing && !ahead && !open}
          pressed={play.playing}
        >
          Play
        </ActionButton>
      </div>
    </div>
  )
}

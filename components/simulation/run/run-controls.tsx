'use client'
import { ActionButton } from '#components/ui/action-button.tsx'
import type { Run } from '#lib/simulation/run.ts'
import styles from './run-controls.module.css'
import { type Play, SPEEDS } from './use-play.ts'

type RunSettingsProps = {
  variant: string
  variants: readonly string[]
  onVariant: (name: string) => void
  property: string
  /** What can be asked of this variant; safety always. */
  properties: readonly string[]
  onProperty: (words: string) => void
  /** Variables that can have store buffers; the choice is not there when there are none. */
  annotated: readonly string[]
  buffered: boolean
  onBuffered: (buffered: boolean) => void
  play: Play
}

/** What is run, and how fast: what no step changes. */
export function RunSettings(props: RunSettingsProps) {
  const { variant, variants, onVariant, play } = props
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
      {props.properties.length > 1 && (
        <label className={styles.choice}>
          <span>Property</span>
          <select value={props.property} onChange={(event) => props.onProperty(event.target.value)}>
            {props.properties.map((words) => (
              <option key={words}>{words}</option>
            ))}
          </select>
        </label>
      )}
      {(props.annotated.length > 0 || props.buffered) && (
        <label className={styles.choice}>
          <input
            type="checkbox"
            checked={props.buffered}
            onChange={(event) => props.onBuffered(event.target.checked)}
          />
          <span className={styles.order}>x86-TSO for {props.annotated.join(', ')}</span>
        </label>
      )}
      <label className={styles.choice}>
        <span>Play</span>
        <select value={play.speed} onChange={(event) => play.setSpeed(Number(event.target.value))}>
          {SPEEDS.map((speed) => (
            <option key={speed} value={speed}>
              {speed} steps/s
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

type RunControlsProps = {
  run: Run | null
  /** Steps are offered in the state shown. */
  open: boolean
  play: Play
  onReset: () => void
  onBack: () => void
  onForward: () => void
  onEnd: () => void
  onRandom: () => void
}

/** Every way to move through the run; it stays in sight. */
export function RunControls(props: RunControlsProps) {
  const { run, open, play } = props
  const cursor = run?.cursor ?? 0
  const ahead = run !== null && cursor < run.moments.length
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; these are commands
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
  )
}

'use client'
import { ActionButton } from '#components/ui/action-button.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
/** A counterexample in the forms that other tools read: Spin's trail, the Informal Trace Format, a sequence diagram. */
import type { Program } from '#lib/promela/4-lower/program.ts'
import type { CompileInput } from '#lib/promela/compile.ts'
import type { Fault, Violation } from '#lib/promela/machine/verdict.ts'
import { replayCommand } from '#lib/promela/spin/spin-command.ts'
import { spinNumbers } from '#lib/promela/spin/spin-numbers.ts'
import { spinTrail } from '#lib/promela/spin/spin-trail.ts'
import { traceItf } from '#lib/promela/trace/trace-itf.ts'
import { traceMermaid } from '#lib/promela/trace/trace-mermaid.ts'
import { type TraceSteps, traceSteps } from '#lib/promela/trace/trace-steps.ts'
import styles from './verdict-report.module.css'

type TraceExportsProps = {
  program: Program
  input: CompileInput
  violation: Violation
  /** Spin can walk it: the text is one that Spin reads, without store buffers. */
  forSpin: boolean
  onSay: (words: string) => void
}

export function TraceExports({ program, input, violation, forSpin, onSay }: TraceExportsProps) {
  const name = (input.main.split('/').at(-1) ?? input.main).replace(/\.pml$/, '')
  const trail = `${name}.trail`
  // Made when wanted: a long counterexample is not described on every step of a run.
  const steps = (): TraceSteps => traceSteps(program, violation.trace)
  const save = (file: string, type: string, text: string) => {
    saveAs(file, type, text)
    onSay(`${file} is saved where your browser puts downloads.`)
  }
  return (
    <details className={styles.details}>
      <summary>For other tools</summary>
      <p className={styles.actions}>
        {forSpin && (
          <>
            <ActionButton
              onAct={() =>
                save(
                  trail,
                  'text/plain',
                  spinTrail(steps(), spinNumbers(input, program), violation.cycleStart),
                )
              }
            >
              Save as a trail of Spin
            </ActionButton>{' '}
            <CopyButton
              label="Copy the line that walks it"
              text={() => `${replayCommand(input.main, input.defines, trail)}\n`}
              onSay={onSay}
            />{' '}
          </>
        )}
        <ActionButton
          onAct={() =>
            save(
              `${name}.itf.json`,
              'application/json',
              `${JSON.stringify(traceItf(steps(), input.main, violation.cycleStart), null, 2)}\n`,
            )
          }
        >
          Save as ITF JSON
        </ActionButton>{' '}
        <CopyButton
          label="Copy as a Mermaid diagram"
          text={() => mermaid(steps(), violation)}
          onSay={onSay}
        />
      </p>
      <p className={styles.scope}>
        {forSpin
          ? 'Spin walks the trail through the same statements to the same values; what it prints counts, not its exit code.'
          : 'Spin cannot walk this one: it has no store buffers, and does not know what you broke.'}
      </p>
    </details>
  )
}

function mermaid(steps: TraceSteps, { error, message, span, pid, cycleStart }: Violation): string {
  const failed = steps.steps.some(({ faults }) => faults.length > 0)
  const end: Fault | null = failed ? null : { kind: error, message, span, pid }
  return traceMermaid(steps, end, cycleStart)
}

/** Through a link of the page's own making, so that the text goes to no server. */
function saveAs(file: string, type: string, text: string) {
  const address = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = file
  link.click()
  // Some browsers begin to read only after the click is over.
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}

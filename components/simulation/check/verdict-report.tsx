'use client'
/** A finished search: the verdict in word and shape, its figures, its bounds, and how to get it again elsewhere. */
import { useMemo, useState } from 'react'
import { ActionButton } from '#components/ui/action-button.tsx'
import { CopyButton } from '#components/ui/copy-button.tsx'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { bytesWords, durationWords, figure, groupDigits } from '#lib/figures.ts'
import type { Program } from '#lib/promela/4-lower/program.ts'
import type { EngineName } from '#lib/promela/engine-name.ts'
import {
  type ClaimEnd,
  checkerVersion,
  claimEnd,
  type Unreached,
  type Verdict,
} from '#lib/promela/machine/verdict.ts'
import { notChecked, scopeSentence } from '#lib/promela/memory-order/scope.ts'
import { memoryOrderWords } from '#lib/promela/memory-order/words.ts'
import type { Property } from '#lib/promela/search/property.ts'
import { type Span, sourceFile } from '#lib/promela/source.ts'
import { cpuTable } from '#lib/promela/trace/cpu-table.ts'
import { repeatLines, repeatPromise } from '#lib/simulation/repeat-with-spin.ts'
import {
  dataIn,
  inputIn,
  isPublished,
  mutantWords,
  propertyOf,
  type Setting,
} from '#lib/simulation/setting.ts'
import { parameterWords, type RecordedVerdict, type SimulationData } from '#lib/simulation/simulation-data.ts'
import { compareWithRecorded, reachWords, verdictSentence } from '#lib/simulation/verdict-words.ts'
import { ClaimedMark } from './claimed-mark.tsx'
import { TraceExports } from './trace-exports.tsx'
import { VerdictMark } from './verdict-mark.tsx'
import styles from './verdict-report.module.css'

type VerdictReportProps = {
  verdict: Verdict
  engine: EngineName
  elapsedMs: number
  /** `null` while the page has no program for it; then the table of the counterexample is left out. */
  program: Program | null
  /** As published; `setting` says what was searched. */
  data: SimulationData
  setting: Setting
  recorded: RecordedVerdict | null
  onReplay: (trace: readonly number[]) => void
  onLook: (span: Span | null) => void
  onSay: (words: string) => void
}

const ENGINE_WORDS: Readonly<Record<EngineName, string>> = {
  interpreter: 'interpreted',
  js: 'by JavaScript made for this model',
  wasm: 'by WebAssembly made for this model',
}

export function VerdictReport(props: VerdictReportProps) {
  const { verdict, engine, elapsedMs, program, data, setting, recorded, onReplay, onLook, onSay } = props
  const { counts } = verdict
  const end = useMemo(() => (verdict.kind === 'violated' ? claimEnd(verdict) : null), [verdict])
  // The rate of a search of a few milliseconds is that of its start.
  const rate = elapsedMs > 250 ? `${groupDigits((counts.states / elapsedMs) * 1000)} states/s` : ''
  const input = inputIn(data, setting)
  const property = propertyOf(setting)
  const parameters = parameterWords(input.defines)
  const order = memoryOrderWords(sourceFiles(dataIn(data, setting)), input.storeBuffers)
  const plain = setting.storeBuffers === null
  const unchecked = notChecked(!plain)
  // Spin reads any text, but has no store buffers and no mutants.
  // A claim is about the model as it was published; of a broken one nobody said anything.
  const expect = isPublished(setting) && plain ? recorded?.expect : undefined
  const forSpin = plain && setting.mutant === null
  return (
    <div className={styles.report}>
      <p className={styles.verdict}>
        <VerdictMark word={verdict.kind} expect={expect} />{' '}
        {expect && (
          <>
            <ClaimedMark expect={expect} word={verdict.kind} />{' '}
          </>
        )}
        {verdictSentence(verdict, property)}
      </p>
      <p className={styles.figures}>
        {reachWords(counts.states, counts.depth)}, {groupDigits(counts.matched)} matched,{' '}
        {figure(counts.transitions, 'transition')}, {bytesWords(counts.bytes)}, {durationWords(elapsedMs)}
        {rate && ` (${rate})`}; breadth first, {ENGINE_WORDS[engine]}, {checkerVersion}.
      </p>
      <p className={styles.scope}>
        {verdict.kind === 'holds' && `${scopeSentence(order, parameters)} `}
        {verdict.kind === 'violated' &&
          `Parameters: ${parameters}${plain ? '' : `; ${order}`}. ${reachOf(property)} `}
        {verdict.kind === 'unfinished' && `Parameters: ${parameters}${plain ? '' : `; ${order}`}. `}
        {unchecked}
      </p>
      {isPublished(setting) && plain ? (
        <ComparisonLine verdict={verdict} recorded={recorded} />
      ) : (
        <p className={styles.comparison}>
          {isPublished(setting)
            ? 'Not compared: verdicts are recorded under sequential consistency.'
            : 'Not compared with what was recorded: this is not the published model.'}
        </p>
      )}
      {verdict.kind === 'violated' && (
        <>
          <p className={styles.actions}>
            <ActionButton main onAct={() => onReplay(verdict.trace)}>
              Step through the counterexample ({figure(verdict.trace.length, 'statement')})
            </ActionButton>
          </p>
          {verdict.cycleStart !== undefined && (
            <p className={styles.scope}>{cycleWords(verdict.cycleStart, verdict.trace.length)}</p>
          )}
          {program && <RaceTable program={program} trace={verdict.trace} end={end} onSay={onSay} />}
          {program && (
            <TraceExports
              program={program}
              input={input}
              violation={verdict}
              forSpin={forSpin}
              onSay={onSay}
            />
          )}
        </>
      )}
      {verdict.kind === 'holds' && setting.mutant && (
        <p className={styles.scope}>
          It is broken ({mutantWords(setting.mutant)}), and nothing notices: what is claimed does not depend
          on that place, or nobody asks for what it does.
        </p>
      )}
      {verdict.kind === 'holds' && <UnreachedList unreached={verdict.unreached} onLook={onLook} />}
      {forSpin && (
        <Repeat
          data={dataIn(data, setting)}
          verdict={verdict}
          defines={input.defines}
          property={property}
          onSay={onSay}
        />
      )}
    </div>
  )
}

/** How much of the graph a search saw that found something. */
function reachOf(property: Property): string {
  return property === 'safety'
    ? 'The search stopped at the first violation, so the figures are not those of the whole graph; no schedule of fewer moves violates anything.'
    : 'The figures are those of model and claim together, up to where the violation was found.'
}

/** Where a run without end begins to repeat: it has no last step. */
function cycleWords(start: number, length: number): string {
  if (start === length) return 'After the last step nothing moves any more, for ever.'
  const part = start + 1 === length ? `step ${length} repeats` : `steps ${start + 1} to ${length} repeat`
  return `The run has no end: ${part} for ever.`
}

type RepeatProps = {
  data: SimulationData
  verdict: Verdict
  defines: Readonly<Record<string, string>>
  property: Property
  onSay: (words: string) => void
}

function Repeat({ data, verdict, defines, property, onSay }: RepeatProps) {
  const error = verdict.kind === 'violated' ? verdict.error : null
  const commands = repeatLines(data, defines, error, property)
  return (
    <details className={styles.details}>
      <summary>Repeat this with spin</summary>
      <pre className={`${styles.block} ${styles.wrapped}`}>{commands.join('\n')}</pre>
      <CopyButton label="Copy the commands" text={() => `${commands.join('\n')}\n`} onSay={onSay} />
      <p className={styles.scope}>In the folder of the revision’s bundle. {repeatPromise(error, property)}</p>
    </details>
  )
}

function sourceFiles({ files }: SimulationData) {
  return files.map(([path, text]) => sourceFile(path, text))
}

function ComparisonLine({ verdict, recorded }: { verdict: Verdict; recorded: RecordedVerdict | null }) {
  const comparison = compareWithRecorded(verdict, recorded, checkerVersion)
  if (comparison.kind !== 'different') return <p className={styles.comparison}>{comparison.words}</p>
  return (
    <div className={styles.comparison} data-different>
      <p>This differs from what was recorded at publish:</p>
      <ul>
        {comparison.differences.map((difference) => (
          <li key={difference}>{difference}</li>
        ))}
      </ul>
    </div>
  )
}

type RaceTableProps = {
  program: Program
  trace: readonly number[]
  /** Of a violated claim. */
  end?: ClaimEnd | null
  onSay: (words: string) => void
}

/** The schedule as kernel people write races, ready for a mail. */
export function RaceTable({ program, trace, end = null, onSay }: RaceTableProps) {
  // Drawn only while it is open: a long run is not laid out anew on each of its steps.
  const [open, setOpen] = useState(false)
  const lines = useMemo(
    () => (open ? cpuTable(program, trace, { width: 72, end }) : []),
    [open, program, trace, end],
  )
  return (
    <details className={styles.details} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>As a table for mail</summary>
      <ScrollBox as="pre" className={styles.block}>
        {lines.join('\n')}
      </ScrollBox>
      <CopyButton label="Copy the table" text={() => `${lines.join('\n')}\n`} onSay={onSay} />
    </details>
  )
}

type UnreachedListProps = { unreached: readonly Unreached[]; onLook: (span: Span | null) => void }

/** A model that holds because half of it never runs says little: what did not run is listed. */
function UnreachedList({ unreached, onLook }: UnreachedListProps) {
  if (unreached.length === 0) return <p className={styles.scope}>Every statement was executed in some run.</p>
  return (
    <details className={styles.details}>
      <summary>{figure(unreached.length, 'statement')} that no run executes</summary>
      <ul className={styles.unreached}>
        {unreached.map(({ proctype, text, span }) => (
          <li key={`${proctype} ${span.file}:${span.line}:${span.column} ${text}`}>
            <button
              type="button"
              className={styles.place}
              onClick={() => onLook(span)}
              onFocus={() => onLook(span)}
              onBlur={() => onLook(null)}
            >
              {proctype}, line {span.line}
            </button>{' '}
            <code>{text}</code>
          </li>
        ))}
      </ul>
    </details>
  )
}

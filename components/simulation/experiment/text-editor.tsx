'use client'
/**
 * The model's text, to be changed by the reader: a plain text field with numbers beside it. What is typed is compiled
 * when he says so, stays in this page and is gone with it.
 */
import { useState } from 'react'
import { DiagnosticsList } from '#components/simulation/source/diagnostics-list.tsx'
import { ActionButton } from '#components/ui/action-button.tsx'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { figure } from '#lib/figures.ts'
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import { lineDiff } from '#lib/simulation/line-diff.ts'
import type { SimulationData } from '#lib/simulation/simulation-data.ts'
import styles from './text-editor.module.css'

type TextEditorProps = {
  /** As published. */
  data: SimulationData
  /** As compiled now; `null`: as published. */
  edited: SimulationData['files'] | null
  /** Of what is compiled now. */
  diagnostics: readonly Diagnostic[]
  /** `null` goes back to the published text. */
  onUse: (files: SimulationData['files'] | null) => void
}

export function TextEditor(props: TextEditorProps) {
  const [open, setOpen] = useState(false)
  return (
    <details className={styles.panel} onToggle={(event) => event.currentTarget.open && setOpen(true)}>
      <summary>Change the text</summary>
      {open && <Editor {...props} />}
    </details>
  )
}

function Editor({ data, edited, diagnostics, onUse }: TextEditorProps) {
  const compiled = edited ?? data.files
  const [draft, setDraft] = useState(compiled)
  const [path, setPath] = useState(data.main)
  const text = textOf(draft, path)
  const lines = text.split('\n').length
  const isCompiled = isSame(draft, compiled)
  const isPublished = isSame(draft, data.files)
  const id = `sim-${data.id}-text`
  return (
    <>
      <p className={styles.hint}>
        What you change stays in this page; nothing is sent or stored, and the published model stays as it is.
      </p>
      {data.files.length > 1 && (
        <label className={styles.choice}>
          <span>File</span>
          <select value={path} onChange={(event) => setPath(event.target.value)}>
            {data.files.map(([name]) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      )}
      <label className={styles.label} htmlFor={id}>
        Text of {path}
      </label>
      <div className={styles.box}>
        <pre className={styles.numbers} aria-hidden="true">
          {Array.from({ length: lines }, (_, at) => at + 1).join('\n')}
        </pre>
        <textarea
          id={id}
          className={styles.field}
          rows={lines}
          wrap="off"
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          value={text}
          onChange={(event) => setDraft(withText(draft, path, event.target.value))}
        />
      </div>
      <div className={styles.bar}>
        <ActionButton main={!isCompiled} off={isCompiled} onAct={() => onUse(isPublished ? null : draft)}>
          Use this text
        </ActionButton>
        <ActionButton
          off={isPublished && edited === null}
          onAct={() => {
            setDraft(data.files)
            onUse(null)
          }}
        >
          Reset to the published text
        </ActionButton>
        <span className={styles.hint}>{standingWords(isCompiled, isPublished)}</span>
      </div>
      {edited && isCompiled && diagnostics.length > 0 && (
        <DiagnosticsList simulationId={data.id} files={edited} diagnostics={diagnostics} />
      )}
      {!isPublished && <Changes published={data.files} draft={draft} />}
    </>
  )
}

function standingWords(isCompiled: boolean, isPublished: boolean): string {
  if (!isCompiled) return 'Changed since it was compiled.'
  return isPublished ? 'This is the published text.' : 'This text runs above. It is not the published model.'
}

function Changes({
  published,
  draft,
}: {
  published: SimulationData['files']
  draft: SimulationData['files']
}) {
  const changed = draft.flatMap(([path, text]) => {
    const lines = lineDiff(textOf(published, path), text)
    return lines.length > 0 ? [{ path, lines }] : []
  })
  const count = changed.flatMap(({ lines }) => lines).filter(({ kind }) => kind !== 'same').length
  return (
    <details className={styles.changes}>
      <summary>What you changed ({figure(count, 'line')})</summary>
      {changed.map(({ path, lines }) => (
        <div key={path}>
          <p className={styles.path}>{path}</p>
          <ScrollBox as="pre" className={styles.diff}>
            {lines.map(({ kind, line, text }) => (
              <span key={`${kind} ${line}`} className={styles.line} data-kind={kind}>
                {`${kind === 'added' ? '+' : kind === 'removed' ? '-' : ' '} ${text}\n`}
              </span>
            ))}
          </ScrollBox>
        </div>
      ))}
    </details>
  )
}

function textOf(files: SimulationData['files'], path: string): string {
  return files.find(([name]) => name === path)?.[1] ?? ''
}

function withText(files: SimulationData['files'], path: string, text: string): SimulationData['files'] {
  return files.map(([name, old]) => [name, name === path ? text : old] as const)
}

function isSame(a: SimulationData['files'], b: SimulationData['files']): boolean {
  return a.every(([path, text]) => textOf(b, path) === text)
}

/** What is wrong with a model: where, in words, with the line itself and a caret under the place. */
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import { describeOrigin, sourceFile } from '#lib/promela/source.ts'
import { lineId } from '#lib/simulation/simulation-data.ts'
import styles from './diagnostics-list.module.css'

type DiagnosticsListProps = {
  simulationId: string
  files: readonly (readonly [path: string, text: string])[]
  diagnostics: readonly Diagnostic[]
}

export function DiagnosticsList({ simulationId, files, diagnostics }: DiagnosticsListProps) {
  return (
    <ol className={styles.diagnostics}>
      {diagnostics.map((item) => {
        const fileIndex = files.findIndex(([path]) => path === item.file)
        const text = files[fileIndex]?.[1]
        const line = text === undefined ? '' : (sourceFile(item.file, text).lines[item.line - 1] ?? '')
        const place = `${item.file}:${item.line}:${item.column}`
        return (
          <li key={`${place} ${item.code}`} className={styles.diagnostic}>
            <p className={styles.message}>
              {fileIndex >= 0 ? (
                <a href={`#${lineId(simulationId, fileIndex, item.line)}`}>{place}</a>
              ) : (
                <span>{place}</span>
              )}{' '}
              <strong data-severity={item.severity}>{item.severity}</strong> {item.message}{' '}
              <code className={styles.code}>{item.code}</code>
            </p>
            {line !== '' && (
              <pre className={styles.source}>
                {line}
                {'\n'}
                {caretUnder(line, item.column)}
              </pre>
            )}
            {item.origin.length > 0 && <p className={styles.origin}>{describeOrigin(item.origin)}</p>}
          </li>
        )
      })}
    </ol>
  )
}

/** Tabs are kept, so that the caret stands under its column whatever a tab is worth. */
function caretUnder(line: string, column: number): string {
  return `${line.slice(0, Math.max(0, column - 1)).replace(/[^\t]/g, ' ')}^`
}

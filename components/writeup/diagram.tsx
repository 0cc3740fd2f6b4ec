import { blockId } from './block.tsx'
import styles from './figure.module.css'
import { MermaidDrawing } from './mermaid.tsx'

/**
 * A diagram. The HTML holds the author's ASCII form, or the source; where scripts run, a drawing takes its place
 * and the source moves into a fold below it. Both are always there for who cannot see the drawing.
 */
export function Diagram({
  source,
  label,
  blockKey,
  ascii,
}: {
  source: string
  /** The figure's caption, for the accessible name. */
  label: string
  blockKey: string
  ascii: string | null
}) {
  return (
    <div className={styles.diagram} id={blockId(blockKey)}>
      <MermaidDrawing source={source} label={label}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a wide listing scrolls by keyboard too */}
        <pre className={styles.source} tabIndex={0}>
          {ascii ?? source}
        </pre>
      </MermaidDrawing>
    </div>
  )
}

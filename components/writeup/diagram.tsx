import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { drawMermaid } from '#lib/writeup/list-text/ascii/diagram-ascii.ts'
import { diagramComplaints } from '#lib/writeup/parse/diagram.ts'
import { blockId } from './block.tsx'
import styles from './figure.module.css'
import { MermaidDrawing } from './mermaid.tsx'

/**
 * A diagram. The HTML holds a drawing in characters: the author's, else one of ours, else there is none and the
 * source stands in its place. Where scripts run mermaid's drawing replaces it. The source is always there, folded
 * below a drawing, for who cannot see one.
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
  /** The author's own drawing in characters; null: none. */
  ascii: string | null
}) {
  // Published by older rules: mermaid is not handed what the check refuses today. The source says it all.
  if (diagramComplaints(source).length > 0) {
    return (
      <div className={styles.diagram} id={blockId(blockKey)}>
        {ascii !== null && <AsciiDrawing drawing={ascii} label={label} />}
        <ScrollBox as="pre" className={styles.source}>
          {source}
        </ScrollBox>
      </div>
    )
  }
  const drawing = ascii ?? drawnInCharacters(source)
  return (
    <div className={styles.diagram} id={blockId(blockKey)}>
      <MermaidDrawing
        source={source}
        label={label}
        ascii={drawing === null ? null : <AsciiDrawing drawing={drawing} label={label} />}
      >
        <ScrollBox as="pre" className={styles.source}>
          {source}
        </ScrollBox>
      </MermaidDrawing>
    </div>
  )
}

function AsciiDrawing({ drawing, label }: { drawing: string; label: string }) {
  const columns = Math.max(1, ...drawing.split('\n').map((line) => line.length))
  return (
    <ScrollBox
      as="pre"
      className={styles.ascii}
      style={{ '--columns': columns } as React.CSSProperties}
      role="img"
      label={`${label} (the source below says the same in words)`}
    >
      {drawing}
    </ScrollBox>
  )
}

function drawnInCharacters(source: string): string | null {
  const drawn = drawMermaid(source)
  return drawn.kind === 'drawn' ? drawn.lines.join('\n') : null
}

'use client'

import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import styles from './figure.module.css'
import { type Drawing, drawDiagram, onThemeChange } from './mermaid-draw.ts'

type State =
  | { readonly kind: 'waiting' }
  /** `height`: of what it takes the place of, in CSS pixels, where a reader saw that; null: as high as it is. */
  | { readonly kind: 'drawn'; readonly drawing: Drawing; readonly height: number | null }
  | { readonly kind: 'failed'; readonly message: string }

/**
 * Draws a mermaid diagram when it comes near the window. `ascii` is the drawing that the server rendered: it stays
 * until there is a better one, and for good when drawing fails. `children` is the source: folded below whichever
 * drawing there is, in the open when there is none.
 */
export function MermaidDrawing({
  source,
  label,
  ascii,
  children,
}: {
  source: string
  label: string
  /** null: the server cannot draw this diagram. */
  ascii: ReactNode | null
  children: ReactNode
}) {
  const id = `diagram${useId().replace(/[^a-z0-9]/gi, '')}`
  const place = useRef<HTMLDivElement>(null)
  const [state, setState] = useState<State>({ kind: 'waiting' })
  const drawn = useRef<HTMLDivElement>(null)
  const [hasLinks, setLinks] = useState(false)
  const svg = state.kind === 'drawn' ? state.drawing.svg : null

  // Each drawing anew: another theme is another one.
  useEffect(() => {
    const element = drawn.current
    if (svg === null || !element) return
    let isCurrent = true
    void import('#components/thread/drawing-parts.ts').then(
      ({ linkParts }) => isCurrent && setLinks(linkParts(element, source)),
      // The list below it is there.
      () => {},
    )
    return () => {
      isCurrent = false
    }
  }, [svg, source])

  useEffect(() => {
    const element = place.current
    if (!element) return
    let isCurrent = true
    let stopListening = () => {}
    const draw = () => {
      drawDiagram(id, source, element).then(
        (drawing) => isCurrent && setState({ kind: 'drawn', drawing, height: heightSeen(element) }),
        (error: unknown) =>
          isCurrent &&
          setState({ kind: 'failed', message: error instanceof Error ? error.message : String(error) }),
      )
    }
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return
        observer.disconnect()
        draw()
        stopListening = onThemeChange(draw)
      },
      // One screen ahead, so that it is there when the reader is.
      { rootMargin: '100% 0px' },
    )
    observer.observe(element)
    return () => {
      isCurrent = false
      observer.disconnect()
      stopListening()
    }
  }, [id, source])

  return (
    <div ref={place}>
      {state.kind === 'drawn' && (
        <ScrollBox
          as="div"
          edges
          className={styles.scroll}
          label={`Diagram: ${label}`}
          style={state.height === null ? {} : { height: state.height }}
        >
          {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: a group has a name as an image has */}
          <div
            className={styles.drawing}
            data-fitted={state.height === null ? undefined : ''}
            ref={drawn}
            role={hasLinks ? 'group' : 'img'}
            aria-label={`${label} (the source below says the same in words)`}
            style={{ '--natural': `${state.drawing.width}px` } as React.CSSProperties}
            // biome-ignore lint/security/noDangerouslySetInnerHtml: mermaid's own output at securityLevel strict
            dangerouslySetInnerHTML={{ __html: state.drawing.svg }}
          />
        </ScrollBox>
      )}
      {state.kind === 'failed' && (
        <p className={styles.failure} role="status">
          This diagram cannot be drawn, so {ascii === null ? 'its source' : 'a drawing in characters'} is
          shown. {state.message.split('\n')[0]}
        </p>
      )}
      {state.kind !== 'drawn' && ascii}
      {state.kind === 'drawn' || ascii !== null ? (
        <details className={styles.fold}>
          <summary>Source of the diagram</summary>
          {children}
        </details>
      ) : (
        children
      )}
    </div>
  )
}

/** Text below a drawing must not move under who reads it; what nobody sees may be as high as it likes. */
function heightSeen(element: HTMLElement): number | null {
  const drawn = element.firstElementChild?.getBoundingClientRect()
  return drawn && drawn.bottom > 0 && drawn.top < window.innerHeight ? drawn.height : null
}

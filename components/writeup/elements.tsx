import type { ReactNode } from 'react'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import { Answer } from './answer.tsx'
import { type BlockElementProps, blockId, NO_TEXT } from './block.tsx'
import { Claim, type ClaimProps } from './claim.tsx'
import { Details } from './details.tsx'
import { Diagram } from './diagram.tsx'
import styles from './document.module.css'
import type { DocumentContext, SimulationProps } from './document-context.ts'
import { Figure } from './figure.tsx'
import { Heading } from './heading.tsx'
import { Note } from './note.tsx'
import { orLine } from './or-line.tsx'

/**
 * What compiled write-ups are rendered with: one entry for each component of the contract and for each Markdown
 * element that carries a block. Threads come behind the block: behind a paragraph, within the list item, behind the
 * whole table or listing (nothing else may stand between its rows or lines).
 */
export function documentComponents(context: DocumentContext): Readonly<Record<string, unknown>> {
  const after = (key: string | undefined): ReactNode => {
    return key === undefined ? null : context.afterBlock?.(key)
  }
  // A table's rows and a listing's lines share one place behind the whole.
  const afterGroup = (kind: 'row' | 'line', keys: readonly string[]): ReactNode => {
    return context.afterGroup?.(kind, keys)
  }
  const keysOf = (list: string | undefined): string[] => (list ? list.split(' ') : [])

  return {
    p: (props: BlockElementProps) => (
      <>
        <p {...props} />
        {after(props['data-block'])}
      </>
    ),
    // The own text of a list item.
    div: (props: BlockElementProps) => (
      <>
        <div className={styles.itemText} {...props} />
        {after(props['data-block'])}
      </>
    ),
    ...headings(after),
    table: ({ 'data-blocks': keys, children }: { 'data-blocks'?: string; children?: ReactNode }) => (
      <>
        <ScrollBox as="div" edges className={styles.scroll} label="Table">
          <table>{children}</table>
        </ScrollBox>
        {afterGroup('row', keysOf(keys))}
      </>
    ),
    pre: ({
      'data-blocks': keys,
      'data-language': language,
      children,
    }: {
      'data-blocks'?: string
      'data-language'?: string
      children?: ReactNode
    }) => (
      <>
        <ScrollBox as="pre" className={styles.code} language={language}>
          {children}
        </ScrollBox>
        {afterGroup('line', keysOf(keys))}
      </>
    ),
    a: DocumentLink,
    // Only footnote marks are superscript; their numbers are not part of the text.
    sup: ({ children }: { children?: ReactNode }) => <sup {...NO_TEXT}>{children}</sup>,
    section: ({ children, ...props }: { children?: ReactNode }) => (
      <section {...props} className={styles.footnotes}>
        {children}
      </section>
    ),

    Answer: ({ to, children }: { to: string; children?: ReactNode }) => (
      <Answer to={to} question={context.question(to)}>
        {children}
      </Answer>
    ),
    Claim: (props: Omit<ClaimProps, 'shown'>) => (
      <>
        {orLine('claim', context, () => Claim({ ...props, shown: context.claim(props.id) }), props.children)}
        {after(props.blockKey)}
      </>
    ),
    Simulation: (props: SimulationProps) => (
      <>
        <div className={styles.simulation} id={blockId(props.blockKey)}>
          {orLine('simulation', context, () => context.simulation(props))}
        </div>
        {after(props.blockKey)}
      </>
    ),
    Figure: (props: Parameters<typeof Figure>[0]) => (
      <>
        <Figure {...props} />
        {after(props.blockKey)}
      </>
    ),
    Diagram: (props: { source: string; label: string; figure?: string; blockKey: string }) => (
      <>
        {orLine(
          'diagram',
          context,
          () => Diagram({ ...props, ascii: props.figure === undefined ? null : context.ascii(props.figure) }),
          <ScrollBox as="pre">{props.source}</ScrollBox>,
        )}
        {after(props.blockKey)}
      </>
    ),
    Note,
    Details: (props: Parameters<typeof Details>[0]) => (
      <>
        <Details {...props} />
        {after(props.blockKey)}
      </>
    ),
  }
}

function headings(after: (key: string | undefined) => ReactNode) {
  const levels = ['h2', 'h3', 'h4', 'h5'] as const
  return Object.fromEntries(
    levels.map((level) => [
      level,
      ({
        id,
        children,
        'data-block': key,
        'data-section': number,
      }: BlockElementProps & { 'data-section'?: string }) => (
        <>
          <Heading level={level} id={id} blockKey={key} number={number}>
            {children}
          </Heading>
          {after(key)}
        </>
      ),
    ]),
  )
}

/** Addresses were checked with the document; what leaves this site does not say from which page. */
function DocumentLink({ href, children, ...props }: { href?: string; children?: ReactNode }) {
  const isFootnoteMark = 'data-footnote-backref' in props
  const isElsewhere = href !== undefined && /^https?:/i.test(href)
  return (
    <a
      {...props}
      href={href}
      {...(isElsewhere ? { rel: 'noreferrer' } : {})}
      {...(isFootnoteMark ? NO_TEXT : {})}
    >
      {children}
    </a>
  )
}

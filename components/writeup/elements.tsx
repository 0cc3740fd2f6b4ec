import type { ReactNode } from 'react'
import { ScrollBox } from '#components/ui/scroll-box.tsx'
import type { ReferenceKind } from '#lib/writeup/page/references.ts'
import { Answer } from './answer.tsx'
import { type Asked, Asking } from './asking.tsx'
import { type BlockElementProps, blockId, NO_TEXT } from './block.tsx'
import { Chart } from './chart.tsx'
import type { ClaimProps } from './claim.tsx'
import { Details } from './details.tsx'
import { Diagram } from './diagram.tsx'
import styles from './document.module.css'
import type { DocumentContext, SimulationProps } from './document-context.ts'
import { Evidence } from './evidence.tsx'
import { Figure } from './figure.tsx'
import { Heading } from './heading.tsx'
import { Note } from './note.tsx'
import { orLine } from './or-line.tsx'
import { Term } from './term.tsx'

/**
 * What compiled write-ups are rendered with: one entry for each component of the contract and for each Markdown
 * element that carries a block. What stands beside a block comes before it, threads behind: behind a paragraph, within the list item, behind the
 * whole table or listing (nothing else may stand between its rows or lines).
 */
export function documentComponents(context: DocumentContext): Readonly<Record<string, unknown>> {
  const asking = (asked: Asked) => <Asking asked={asked} context={context} />
  const beside = (kind: 'before' | 'after') => (block: string | undefined) =>
    block === undefined ? null : asking({ kind, block })
  const [before, after] = [beside('before'), beside('after')]
  // A table's rows and a listing's lines share one place before and one behind the whole.
  const besideGroup =
    (kind: 'before group' | 'after group') => (of: 'row' | 'line', blocks: readonly string[]) =>
      asking({ kind, of, blocks })
  const [beforeGroup, afterGroup] = [besideGroup('before group'), besideGroup('after group')]
  const keysOf = (list: string | undefined): string[] => (list ? list.split(' ') : [])

  return {
    p: (props: BlockElementProps) => (
      <>
        {before(props['data-block'])}
        <p {...props} />
        {after(props['data-block'])}
      </>
    ),
    // The own text of a list item, or a paragraph that holds what no `p` may.
    div: (props: BlockElementProps & { 'data-paragraph'?: string }) => (
      <>
        {before(props['data-block'])}
        <div
          className={props['data-paragraph'] === undefined ? styles.itemText : styles.paragraph}
          {...props}
        />
        {after(props['data-block'])}
      </>
    ),
    ...headings(before, after),
    table: ({
      'data-blocks': keys,
      'data-number': number,
      'data-captioned': captioned,
      children,
    }: {
      'data-blocks'?: string
      'data-number'?: string
      /** The figure around it has the caption. */
      'data-captioned'?: string
      children?: ReactNode
    }) => (
      <>
        {beforeGroup('row', keysOf(keys))}
        <ScrollBox as="div" edges className={styles.scroll} label={`Table ${number}`}>
          <table>
            {captioned === undefined && <caption {...NO_TEXT}>Table {number}</caption>}
            {children}
          </table>
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
        {beforeGroup('line', keysOf(keys))}
        <ScrollBox as="pre" className={styles.code} language={language}>
          {children}
        </ScrollBox>
        {afterGroup('line', keysOf(keys))}
      </>
    ),
    a: DocumentLink,
    Reference: ({
      kind,
      number,
      children,
    }: {
      kind: ReferenceKind
      number: string
      children?: ReactNode
    }) => {
      const href = context.reference?.(kind, number) ?? null
      return href === null ? children : <a href={href}>{children}</a>
    },
    // Only footnote marks are superscript; their numbers are not part of the text.
    sup: ({ children }: { children?: ReactNode }) => <sup {...NO_TEXT}>{children}</sup>,
    section: ({ children, ...props }: { children?: ReactNode }) => (
      <section {...props} className={styles.footnotes}>
        {children}
      </section>
    ),

    Term: ({ of, children }: { of: string; children?: ReactNode }) => (
      <Term says={context.term?.(of) ?? null}>{children}</Term>
    ),

    Answer: ({ to, children }: { to: string; children?: ReactNode }) => (
      <Answer to={to} question={context.question(to)}>
        {children}
      </Answer>
    ),
    Claim: (props: Omit<ClaimProps, 'shown'>) => (
      <>
        {before(props.blockKey)}
        {asking({ kind: 'claim', props })}
        {after(props.blockKey)}
      </>
    ),
    Simulation: (props: SimulationProps) => (
      <>
        {before(props.blockKey)}
        <div className={styles.simulation} id={blockId(props.blockKey)}>
          {asking({ kind: 'simulation', props })}
        </div>
        {after(props.blockKey)}
      </>
    ),
    Chart: ({ id, ...props }: Omit<Parameters<typeof Chart>[0], 'chart' | 'before'> & { id: string }) => (
      <>
        <Chart {...props} chart={context.chart?.(id) ?? null} before={before(props.blockKey)} />
        {after(props.blockKey)}
      </>
    ),
    Evidence: ({ scenario, ...props }: Omit<Parameters<typeof Evidence>[0], 'run'>) => (
      <>
        {before(props.blockKey)}
        <Evidence {...props} scenario={scenario} run={context.run?.(scenario) ?? null} />
        {after(props.blockKey)}
      </>
    ),
    Figure: (props: Omit<Parameters<typeof Figure>[0], 'before'>) => (
      <>
        <Figure {...props} before={before(props.blockKey)} />
        {after(props.blockKey)}
      </>
    ),
    Diagram: (props: { source: string; label: string; figure?: string; blockKey: string }) => (
      <>
        {before(props.blockKey)}
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
        {before(props.blockKey)}
        <Details {...props} />
        {after(props.blockKey)}
      </>
    ),
  }
}

type Beside = (key: string | undefined) => ReactNode

function headings(before: Beside, after: Beside) {
  const levels = ['h2', 'h3', 'h4', 'h5', 'h6'] as const
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
          {before(key)}
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

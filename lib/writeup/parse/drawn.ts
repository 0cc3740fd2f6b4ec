/**
 * Which components page and mail can draw, and what they rely on in doing so: less than what an author has to write
 * (`allow-list.ts`), and it never grows for a component that is here. A stored component that lacks something of it stands
 * as its source. (Words that are explained, `<Term>`, stand in a line: `safe-tree.ts` has them beside links.)
 */
import type { RootContent } from 'mdast'

export type ComponentElement = Extract<RootContent, { type: 'mdxJsxFlowElement' }>

type Child = Readonly<Record<string, unknown>>

export type Drawn = {
  readonly needs: readonly string[]
  /** Read where they are there. */
  readonly takes: readonly string[]
  readonly hasContent: boolean
  readonly isContent: (children: readonly Child[]) => boolean
}

const anything = () => true
const only =
  (...types: readonly string[]) =>
  ([first, ...others]: readonly Child[]) =>
    first !== undefined && types.some((type) => first.type === type) && others.length === 0

export const DRAWN: Readonly<Record<string, Drawn>> = {
  Answer: { needs: ['to'], takes: [], hasContent: true, isContent: anything },
  Claim: {
    needs: ['id', 'model', 'property', 'expect'],
    takes: ['variant', 'required'],
    hasContent: true,
    isContent: only('paragraph'),
  },
  Simulation: {
    needs: ['id', 'model'],
    takes: ['variant', 'trace', 'caption'],
    hasContent: false,
    isContent: anything,
  },
  Figure: { needs: ['id', 'caption'], takes: ['ascii'], hasContent: true, isContent: only('code', 'table') },
  Chart: { needs: ['id', 'data', 'caption'], takes: [], hasContent: false, isContent: anything },
  Evidence: { needs: ['id', 'scenario'], takes: ['caption'], hasContent: false, isContent: anything },
  Note: { needs: [], takes: [], hasContent: true, isContent: anything },
  Details: { needs: ['summary'], takes: [], hasContent: true, isContent: anything },
}

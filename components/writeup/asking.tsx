import type { ReactNode } from 'react'
import { Claim, type ClaimProps } from './claim.tsx'
import type { DocumentContext, SimulationProps } from './document-context.ts'
import { orLine } from './or-line.tsx'

/** What a text leaves open until somebody reads it: the rest is the same for everybody, and is drawn once for a revision. */
export type Asked =
  | { readonly kind: 'before' | 'after'; readonly block: string }
  | {
      readonly kind: 'before group' | 'after group'
      readonly of: 'row' | 'line'
      readonly blocks: readonly string[]
    }
  | { readonly kind: 'claim'; readonly props: Omit<ClaimProps, 'shown'> }
  | { readonly kind: 'simulation'; readonly props: SimulationProps }

/** Asks the page that it stands in. `context` is of whoever reads first; a text that is drawn once asks its reader's. */
export function Asking({ asked, context }: { asked: Asked; context: DocumentContext }): ReactNode {
  return answerTo(asked, context)
}

export function answerTo(asked: Asked, context: DocumentContext): ReactNode {
  switch (asked.kind) {
    case 'before':
      return context.beforeBlock?.(asked.block)
    case 'after':
      return context.afterBlock?.(asked.block)
    case 'before group':
      return context.beforeGroup?.(asked.of, asked.blocks)
    case 'after group':
      return context.afterGroup?.(asked.of, asked.blocks)
    case 'claim': {
      const { props } = asked
      return orLine(
        'claim',
        context,
        () => Claim({ ...props, shown: context.claim(props.id) }),
        props.children,
      )
    }
    case 'simulation':
      return orLine('simulation', context, () => context.simulation(asked.props))
  }
}

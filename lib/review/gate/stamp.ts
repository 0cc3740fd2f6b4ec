/**
 * What an export of an incomplete revision says of itself: only what the document itself says, and so the same for ever
 * and everywhere. That a reviewer finds an answer weak, or that a verdict went stale, is said elsewhere: the mails of a
 * revision are one text for one Message-ID.
 */
import { type GateItem, gateResult, writeupsOpen } from './gate-item.ts'

/** One line of at most 72 ASCII characters without a full stop, for the subject too; empty: nothing is missing. */
export function stampOf(items: readonly GateItem[]): string {
  const { passes, open, of, claims } = gateResult(items, [])
  if (passes) return ''
  const { without, begun } = writeupsOpen(items)
  const parts = [
    ...(of === 0 ? ['held to no questionnaire'] : []),
    ...(open > 0 ? [`${open} of ${of} questions unanswered`] : []),
    ...(claims.open > 0 ? [`${claims.open} of ${claims.of} claims not as claimed`] : []),
  ]
  if (parts.length > 0) return `incomplete: ${parts.join(', ')}`
  return `incomplete: ${without > 0 ? `${without} of 4 write-ups without text` : `template text in ${begun} of 5 documents`}`
}

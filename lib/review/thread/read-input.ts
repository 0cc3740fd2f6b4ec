/** What a page says was seen of it: a form, of which a script sends the fields by itself. */
import { DOCUMENT_IDS } from '#lib/writeup/parse/document-id.ts'

export type SeenThread = {
  /** Its number. */
  readonly thread: number
  /** The number of the last comment that was seen. */
  readonly seen: number
}

export type SeenPart = { readonly writeup: string; readonly revision: number }

/** A page has some hundred threads; a script that has more of them says the rest in another form. */
export const MOST_SEEN = 200

const THREAD = /^([1-9]\d{0,8})\.([1-9]\d{0,8})$/
const PART = /^([a-z0-9-]{1,40})\.([1-9]\d{0,2})$/

export type ReadInput = {
  readonly threads: readonly SeenThread[]
  readonly parts: readonly SeenPart[]
  readonly allUntil: Date | null
}

/**
 * `thread=5.12`: of thread 5 up to its comment 12. `part=cover.3`: the cover, as of v3. `until=<RFC 3339>`: every thread, as
 * of then. What means nothing is passed over: it marks nothing. Null: it says nothing at all.
 */
export function readInput(form: { readonly getAll: (name: string) => readonly unknown[] }): ReadInput | null {
  const said = (name: string, shape: RegExp) =>
    form
      .getAll(name)
      .slice(0, MOST_SEEN)
      .flatMap((value) => {
        const [, what, number] = shape.exec(String(value)) ?? []
        return what === undefined ? [] : [{ what, number: Number(number) }]
      })
  const threads = said('thread', THREAD).map(({ what, number }) => ({ thread: Number(what), seen: number }))
  const parts = said('part', PART)
    .filter(({ what }) => DOCUMENT_IDS.some((known) => known === what))
    .map(({ what, number }) => ({ writeup: what, revision: number }))
  const until = String(form.getAll('until')[0] ?? '')
  const moment = /^\d{4}-\d\d-\d\dT[\d:.]{5,12}Z$/.test(until) ? new Date(until) : null
  const allUntil = moment && Number.isFinite(moment.getTime()) ? moment : null
  return threads.length + parts.length === 0 && !allUntil ? null : { threads, parts, allUntil }
}

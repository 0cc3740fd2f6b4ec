/** The inline calls of a trace, told apart: a call in a loop is another one each time round. */
import type { OriginFrame, Span } from '#lib/promela/source.ts'

/** One instance of a call. Its number tells it from the next time round a loop. */
export type Call = { readonly id: number; readonly frame: OriginFrame }

/**
 * Numbers the calls that each process makes. A call has begun anew when its first statement comes again; an inline
 * that begins with a loop is then counted once for each round, which shows too many calls and hides none.
 */
export class CallCounter {
  readonly #open = new Map<number, { call: Call; key: string; first: string }[]>()
  #made = 0

  around(pid: number, span: Span, origin: readonly OriginFrame[]): readonly Call[] {
    const open = this.#open.get(pid) ?? []
    this.#open.set(pid, open)
    const statement = placeKey(span)
    const frames = origin.filter(({ kind }) => kind === 'inline').reverse()
    let same = 0
    while (same < frames.length && open[same]?.key === frameKey(frames[same])) same++
    const again = open.slice(0, same).findIndex(({ first }) => first === `${frames.length} ${statement}`)
    open.length = again < 0 ? same : again
    for (const frame of frames.slice(open.length)) {
      this.#made++
      open.push({
        call: { id: this.#made, frame },
        key: frameKey(frame),
        first: `${frames.length} ${statement}`,
      })
    }
    return open.map(({ call }) => call)
  }

  /** The calls, of those that were counted, that a process is still inside of when it stands here. */
  standing(pid: number, origin: readonly OriginFrame[]): readonly number[] {
    const frames = origin.filter(({ kind }) => kind === 'inline').reverse()
    const open = this.#open.get(pid) ?? []
    const left = open.findIndex(({ key }, at) => key !== frameKey(frames[at]))
    return open.slice(0, left < 0 ? open.length : left).map(({ call }) => call.id)
  }
}

export function placeKey({ file, line, column }: Span): string {
  return `${file}:${line}:${column}`
}

export function frameKey(frame: OriginFrame | undefined): string {
  return frame ? `${frame.name} ${placeKey(frame.call)}` : ''
}

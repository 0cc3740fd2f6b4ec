/**
 * How many do something heavy at a time. Each lane lets so many in; so many wait, in order; whoever comes then is told
 * so at once, and so is who has waited for too long, and who has so many in it already that others would wait for them.
 */
export type Lane = {
  readonly atOnce: number
  readonly waiting: number
  readonly waitMs: number
  /** Of one person, inside and waiting together. Of nobody known, and where it is absent, as many as there is room for. */
  readonly ofOne?: number
}

type Waiter = { readonly letIn: () => void }

/** `later`: a timer, and how it is taken back. */
export class Lanes<Name extends string> {
  readonly #lanes: Readonly<Record<Name, Lane>>
  readonly #later: (work: () => void, ms: number) => () => void
  readonly #inside = new Map<Name, number>()
  readonly #waiters = new Map<Name, Waiter[]>()
  /** By lane and person. */
  readonly #held = new Map<string, number>()

  constructor(lanes: Readonly<Record<Name, Lane>>, later: (work: () => void, ms: number) => () => void) {
    this.#lanes = lanes
    this.#later = later
  }

  /** What leaves the lane again, once it is this one's turn; null: it does not come to that. */
  async enter(name: Name, who: string | null = null): Promise<(() => void) | null> {
    const { ofOne } = this.#lanes[name]
    if (who === null || ofOne === undefined) return this.#turn(name)
    const key = `${name} ${who}`
    const held = this.#held.get(key) ?? 0
    if (held >= ofOne) return null
    this.#held.set(key, held + 1)
    const giveBack = () => {
      const left = (this.#held.get(key) ?? 1) - 1
      if (left > 0) this.#held.set(key, left)
      else this.#held.delete(key)
    }
    const leave = await this.#turn(name)
    if (!leave) giveBack()
    return (
      leave &&
      (() => {
        leave()
        giveBack()
      })
    )
  }

  #turn(name: Name): Promise<(() => void) | null> {
    const { atOnce, waiting, waitMs } = this.#lanes[name]
    const inside = this.#inside.get(name) ?? 0
    if (inside < atOnce) {
      this.#inside.set(name, inside + 1)
      return Promise.resolve(this.#leaver(name))
    }
    const waiters = this.#waiters.get(name) ?? []
    if (waiters.length >= waiting) return Promise.resolve(null)
    this.#waiters.set(name, waiters)
    return new Promise((done) => {
      const forget = this.#later(() => {
        waiters.splice(waiters.indexOf(waiter), 1)
        done(null)
      }, waitMs)
      const waiter = {
        letIn: () => {
          forget()
          done(this.#leaver(name))
        },
      }
      waiters.push(waiter)
    })
  }

  /** The place goes to who waits longest, or is free. */
  #leaver(name: Name): () => void {
    let isInside = true
    return () => {
      if (!isInside) return
      isInside = false
      const next = this.#waiters.get(name)?.shift()
      if (next) next.letIn()
      else this.#inside.set(name, (this.#inside.get(name) ?? 1) - 1)
    }
  }
}

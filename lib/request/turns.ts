/**
 * Turns of what costs much each: so many at a time, the others in a queue that is fair between networks, so that whoever
 * sends many keeps nobody out elsewhere. Beyond what may wait, and after a while of waiting, it is refused.
 */
export type Turn = {
  readonly atOnce: number
  /** Of these, of one network that is known. */
  readonly ofNetwork: number
  readonly waiting: number
  /** Of these, of one network that is known. */
  readonly waitingOfNetwork: number
  /** At least; half as long again at most. */
  readonly waitMs: number
  /** A place is free again so long after it was left: what sends without a pause takes no more than a share of the time. */
  readonly restMs: number
}

const SPREAD = 100

/** Empty: not known, and all who are not known share what there is. */
type Network = string

type Asking = {
  readonly network: Network
  readonly begin: (leave: () => void) => void
  readonly restMs: number
  state: 'waiting' | 'inside' | 'gone'
  stopWaiting: () => void
}

/** `later`: a timer, and how it is taken back. */
export class Turns {
  readonly #turn: Turn
  readonly #later: (work: () => void, ms: number) => () => void
  readonly #inside = new Map<Network, number>()
  #insideAll = 0
  /** In the order in which the networks get their turns. */
  readonly #queues = new Map<Network, Asking[]>()
  #waitingAll = 0
  #asked = 0

  constructor(turn: Turn, later: (work: () => void, ms: number) => () => void) {
    this.#turn = turn
    this.#later = later
  }

  /**
   * Calls `begin` when it is this one's turn, at once where nobody is before it, or `refuse` when it does not come to that.
   *
   * @param restMs of its place, where it rests longer than others do
   * @returns what leaves the place, or the queue; said twice it is said once
   */
  ask(
    network: Network,
    begin: (leave: () => void) => void,
    refuse: () => void,
    restMs = this.#turn.restMs,
  ): () => void {
    const asking: Asking = { network, begin, restMs, state: 'waiting', stopWaiting: () => {} }
    const { atOnce, waitMs } = this.#turn
    const mayBegin = this.#insideAll < atOnce && this.#hasRoom(network)
    if (!mayBegin && this.#isQueueFull(network)) {
      asking.state = 'gone'
      refuse()
      return () => {}
    }
    const queue = this.#queues.get(network) ?? []
    queue.push(asking)
    this.#queues.set(network, queue)
    this.#waitingAll += 1
    asking.stopWaiting = this.#later(
      () => {
        this.#leave(asking)
        refuse()
      },
      waitMs * (1 + this.#spread()),
    )
    this.#letIn()
    return () => this.#leave(asking)
  }

  /** From 0 to a half: those who came together are not refused together, which would cost what their turns were to save. */
  #spread(): number {
    this.#asked = (this.#asked + 1) % SPREAD
    return this.#asked / SPREAD / 2
  }

  #hasRoom(network: Network): boolean {
    return network === '' || (this.#inside.get(network) ?? 0) < this.#turn.ofNetwork
  }

  #isQueueFull(network: Network): boolean {
    const { waiting, waitingOfNetwork } = this.#turn
    const own = this.#queues.get(network)?.length ?? 0
    return this.#waitingAll >= waiting || (network !== '' && own >= waitingOfNetwork)
  }

  #letIn(): void {
    while (this.#insideAll < this.#turn.atOnce) {
      const next = this.#next()
      if (!next) return
      this.#count(next.network, 1)
      next.state = 'inside'
      next.begin(() => this.#leave(next))
    }
  }

  /** The first of the network that has least inside; of two such, of the one that waits longer for a turn. */
  #next(): Asking | null {
    let chosen: Network | null = null
    let least = Number.POSITIVE_INFINITY
    for (const network of this.#queues.keys()) {
      const inside = this.#inside.get(network) ?? 0
      if (inside >= least || !this.#hasRoom(network)) continue
      least = inside
      chosen = network
    }
    if (chosen === null) return null
    const queue = this.#queues.get(chosen) ?? []
    const [asking] = queue
    this.#queues.delete(chosen)
    if (!asking) return null
    this.#queues.set(chosen, queue)
    this.#unqueue(asking)
    return asking
  }

  #unqueue(asking: Asking): void {
    asking.stopWaiting()
    this.#waitingAll -= 1
    const queue = this.#queues.get(asking.network) ?? []
    queue.splice(queue.indexOf(asking), 1)
    if (queue.length === 0) this.#queues.delete(asking.network)
  }

  #leave(asking: Asking): void {
    const { state } = asking
    asking.state = 'gone'
    if (state === 'waiting') this.#unqueue(asking)
    if (state === 'inside') {
      this.#later(() => {
        this.#count(asking.network, -1)
        this.#letIn()
      }, asking.restMs)
    }
  }

  #count(network: Network, by: 1 | -1): void {
    this.#insideAll += by
    const inside = (this.#inside.get(network) ?? 0) + by
    if (inside === 0) this.#inside.delete(network)
    else this.#inside.set(network, inside)
  }
}

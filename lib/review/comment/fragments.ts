import type { CommentLinks } from './inline.ts'

/**
 * What was made of a comment's words, kept for the next who reads them: many readers see the same ones. The key is the
 * words themselves, so an edit needs nothing to be thrown away.
 *
 * Where words name threads and mails, what is made of them depends on what is there. Each question that was asked is kept
 * with its answer, and all are asked again of whoever reads next: a thread that was opened meanwhile is a link at once. A
 * version of all that is there was rejected as a key: each new thread would make every comment anew.
 */
type Asked = readonly [kind: 'thread' | 'mail', name: number | string, answer: string | null]
type Kept<Made> = { readonly made: Made; readonly asked: readonly Asked[]; readonly letters: number }

/** Of words and of what was made of them: some thirty megabytes. */
const LETTERS_KEPT = 16_000_000

export class Fragments<Made> {
  readonly #kept = new Map<string, Kept<Made>>()
  readonly #lettersOf: (made: Made) => number
  readonly #most: number
  #letters = 0

  constructor(lettersOf: (made: Made) => number, most = LETTERS_KEPT) {
    this.#lettersOf = lettersOf
    this.#most = most
  }

  /** `make` is called where nothing is kept of these words, or what they name is there in another way. */
  of(text: string, links: CommentLinks, make: (links: CommentLinks) => Made): Made {
    const before = this.#kept.get(text)
    if (before) this.#forget(text, before)
    if (before && isStillSo(before.asked, links)) return this.#keep(text, before)
    const asked: Asked[] = []
    const made = make({
      thread: (n) => {
        const answer = links.thread(n)
        asked.push(['thread', n, answer])
        return answer
      },
      mail: (id) => {
        const answer = links.mail(id)
        asked.push(['mail', id, answer])
        return answer
      },
    })
    const letters =
      text.length +
      this.#lettersOf(made) +
      asked.reduce((sum, [, name, answer]) => sum + String(name).length + (answer?.length ?? 0), 0)
    return this.#keep(text, { made, asked, letters })
  }

  /** The last is the one used last. */
  #keep(text: string, kept: Kept<Made>): Made {
    this.#kept.set(text, kept)
    this.#letters += kept.letters
    for (const [oldest, one] of this.#kept) {
      if (this.#letters <= this.#most) break
      this.#forget(oldest, one)
    }
    return kept.made
  }

  #forget(text: string, { letters }: Kept<Made>): void {
    this.#kept.delete(text)
    this.#letters -= letters
  }
}

const isStillSo = (asked: readonly Asked[], links: CommentLinks) =>
  asked.every(([kind, name, answer]) =>
    // Written with their kinds a few lines above.
    kind === 'thread' ? links.thread(name as number) === answer : links.mail(name as string) === answer,
  )

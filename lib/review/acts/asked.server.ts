import 'server-only'
import type { Transaction } from '#lib/db.server.ts'
import type { Action, Viewer } from '#lib/review/person/permission.ts'
import { readableBy } from '#lib/review/person/readable.server.ts'
import { mustBeAllowed } from './act.server.ts'

/**
 * What an act asks the database for once, however many comments it writes: a revision is a megabyte of text, and a review has two
 * hundred drafts on it. Of one viewer in one transaction, and thrown away with that.
 */
export class Asked {
  readonly tx: Transaction
  readonly viewer: Viewer
  readonly #allowed = new Map<string, Promise<void>>()
  readonly #revisions = new Map<string, ReturnType<Asked['read']>>()

  constructor(tx: Transaction, viewer: Viewer) {
    this.tx = tx
    this.viewer = viewer
  }

  /** Ends the act as `mustBeAllowed` does. */
  mustBeAllowed(action: Action, proposalId: string): Promise<void> {
    const name = `${action} ${proposalId}`
    const known = this.#allowed.get(name) ?? mustBeAllowed(this.tx, this.viewer, action, proposalId)
    this.#allowed.set(name, known)
    return known
  }

  /** With its whole text; null: none that the viewer may read. */
  revision(slug: string, number: number): ReturnType<Asked['read']> {
    const name = `${number} ${slug}`
    const known = this.#revisions.get(name) ?? this.read(slug, number)
    this.#revisions.set(name, known)
    return known
  }

  private async read(slug: string, number: number) {
    return this.tx.revision.findFirst({
      where: { number, proposal: { slug, ...readableBy(this.viewer) } },
      select: { id: true, proposalId: true, plainText: true, textVersion: true, frontMatter: true },
    })
  }
}

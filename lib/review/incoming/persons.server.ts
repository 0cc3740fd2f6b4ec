import 'server-only'
import { randomUUID } from 'node:crypto'
import type { Transaction } from '#lib/db.server.ts'
import type { Mailbox } from '#lib/mail/message/message.ts'
import type { Role } from '#lib/review/person/permission.ts'
import { insertPersons } from '#lib/review/person/write-persons.server.ts'

/**
 * Whose comments are those of a mail?
 *
 * A sender that is proved (DMARC, or a signature of his own domain) is the person of his address: the one who
 * confirmed it, or one without an account who is found or made. Everybody else only says that he is who he says: his
 * words go to another person who stands for "an unproved sender with this address", has no role anywhere and is shown
 * as what he is. So a forged sender never speaks in the name of an account, of an author or of a reviewer, and whoever
 * confirms the address decides himself which of those words are his.
 *
 * An account that merely *uses* an address to sign in does not own it: until that is confirmed, mail from it is that of
 * a person without an account, who becomes part of the account when it is.
 */
export type MailPerson = { readonly id: string; readonly roles: readonly Role[] }

export class MailPersons {
  readonly #owners: Map<string, Owner>
  readonly #unproved: Map<string, string>
  readonly #made: MadePerson[] = []
  readonly #blocked: ReadonlySet<string>

  private constructor(
    owners: Map<string, Owner>,
    unproved: Map<string, string>,
    blocked: ReadonlySet<string>,
  ) {
    this.#owners = owners
    this.#unproved = unproved
    this.#blocked = blocked
  }

  static async load(tx: Transaction, authors: readonly Mailbox[]): Promise<MailPersons> {
    const addresses = [...new Set(authors.map(({ address }) => address.toLowerCase()))]
    const owners = await tx.$queryRaw<(Owner & { address: string })[]>`
      SELECT pa.address, p.id::text, p.administrator, p.blocked_at IS NOT NULL AS "isBlocked", pa.confirmed_at IS NULL AND u.id IS NOT NULL AS "isUnconfirmedAccount",
             coalesce((SELECT jsonb_agg(jsonb_build_object('proposal', m.proposal_id, 'role', m.role))
                       FROM membership m WHERE m.person_id = p.id), '[]') AS roles
      FROM person_address pa JOIN person p ON p.id = pa.person_id LEFT JOIN auth_user u ON u.person_id = p.id
      WHERE pa.address = ANY (${addresses})`
    const unproved = await tx.$queryRaw<{ address: string; id: string; isBlocked: boolean }[]>`
      SELECT s.address, s.person_id::text AS id, p.blocked_at IS NOT NULL AS "isBlocked"
      FROM unproved_sender s JOIN person p ON p.id = s.person_id WHERE s.address = ANY (${addresses})`
    // Not of an account that only uses the address: its owner would be held for what a squatter did.
    const ofBlocked = owners.filter((owner) => owner.isBlocked && !owner.isUnconfirmedAccount)
    const blocked = [...ofBlocked, ...unproved.filter(({ isBlocked }) => isBlocked)]
    return new MailPersons(
      new Map(owners.map((owner) => [owner.address, owner])),
      new Map(unproved.map(({ address, id }) => [address, id])),
      new Set(blocked.map(({ address }) => address)),
    )
  }

  /** Whoever sends from this address is held, whatever proves it. */
  isBlocked({ address }: Mailbox): boolean {
    return this.#blocked.has(address.toLowerCase())
  }

  /** Of a proved sender, without making a person. */
  rolesOf({ address }: Mailbox, proposalId: string): readonly Role[] {
    const owner = this.#owners.get(address.toLowerCase())
    if (!owner || owner.isUnconfirmedAccount) return []
    const roles = owner.roles.filter(({ proposal }) => proposal === proposalId).map(({ role }) => role)
    return owner.administrator ? [...roles, 'admin'] : roles
  }

  /** A new one is written by `store`. */
  personOf(author: Mailbox, { isProved, proposalId }: { isProved: boolean; proposalId: string }): MailPerson {
    const address = author.address.toLowerCase()
    const owner = isProved ? this.#owners.get(address) : undefined
    if (owner && !owner.isUnconfirmedAccount) {
      return { id: owner.id, roles: this.rolesOf(author, proposalId) }
    }
    if (isProved && !owner) {
      const id = this.#make(address, author, true)
      this.#owners.set(address, {
        id,
        administrator: false,
        isBlocked: false,
        isUnconfirmedAccount: false,
        roles: [],
      })
      return { id, roles: [] }
    }
    const id = this.#unproved.get(address) ?? this.#make(address, author, false)
    this.#unproved.set(address, id)
    return { id, roles: [] }
  }

  #make(address: string, author: Mailbox, isProved: boolean): string {
    const id = randomUUID()
    this.#made.push({ id, address, name: nameOf(author), isProved })
    return id
  }

  async store(tx: Transaction): Promise<void> {
    if (this.#made.length === 0) return
    await insertPersons(tx, this.#made)
    await tx.$executeRaw`
      WITH r AS (SELECT * FROM jsonb_to_recordset(${JSON.stringify(this.#made)}::jsonb)
                   AS r(id uuid, address text, "isProved" boolean)),
      addresses AS (INSERT INTO person_address (address, person_id) SELECT address, id FROM r WHERE "isProved")
      INSERT INTO unproved_sender (address, person_id) SELECT address, id FROM r WHERE NOT "isProved"`
    this.#made.length = 0
  }
}

type Owner = {
  readonly id: string
  readonly administrator: boolean
  readonly isBlocked: boolean
  readonly isUnconfirmedAccount: boolean
  readonly roles: readonly { readonly proposal: string; readonly role: Role }[]
}

type MadePerson = {
  readonly id: string
  readonly address: string
  readonly name: string
  readonly isProved: boolean
}

/** A person's name has 200 characters. */
export function nameOf({ name, address }: Mailbox): string {
  const said = name.trim() === '' ? address : name.trim()
  return [...said].slice(0, 200).join('')
}

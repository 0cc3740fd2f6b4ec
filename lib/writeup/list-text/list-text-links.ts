/**
 * The numbered links of one mail: `[n]` in the text, `[n] URL` at its end, the same address once.
 *
 * Only http and https: a mail reader opens nothing else, and an address that script could hide in must not leave
 * through this door even if it came past the check.
 */

/** RFC 5322 allows 998 bytes a line; an address stands on one, behind its number. */
const MAX_ADDRESS = 900
/** As the linter counts references: not behind a letter, not in front of a parenthesis. */
const REFERENCE = /(?<![\p{L}\p{N}_\]])\[(\p{Nd}{1,3})\](?!\()/gu

export class LinkNumbers {
  readonly #addresses: string[] = []
  readonly #base: string

  /** @param base of relative addresses: where the revision is read. */
  constructor(base: string) {
    this.#base = base
  }

  /** The number of an address, a new one when it is new; null for one that a mail cannot name. */
  numberOf(url: string): number | null {
    if (url === '') return null
    let address: string
    try {
      const absolute = new URL(url, this.#base)
      if (absolute.protocol !== 'https:' && absolute.protocol !== 'http:') return null
      address = escapeMarkup(absolute.href)
    } catch {
      // The URL parser's only failure: not an address.
      return null
    }
    if (!/^https?:\/\/[\x21-\x7e]+$/.test(address) || address.length > MAX_ADDRESS) return null
    const known = this.#addresses.indexOf(address)
    // The linter reads numbers of up to three digits.
    if (known < 0 && this.#addresses.length >= 999) return null
    return known >= 0 ? known + 1 : this.#addresses.push(address)
  }

  /** The address of a page that a text names by its path on this site; null for any other path. */
  pageOf(path: string): string | null {
    if (!/^\/rfc\/[\x21-\x7e]{1,400}$/.test(path)) return null
    return new URL(path, this.#base).href
  }

  /** Numbers that no line of prose mentions; verbatim and quoted lines do not count. */
  unseenIn(lines: readonly string[]): number[] {
    const seen = new Set<number>()
    for (const line of lines) {
      if (/^(?: {4}|\t|>)/.test(line)) continue
      for (const [, number] of line.matchAll(REFERENCE)) seen.add(Number(number))
    }
    return this.#addresses.map((_, i) => i + 1).filter((number) => !seen.has(number))
  }

  /** `[n] URL`, in order. */
  lines(): string[] {
    return this.#addresses.map((address, i) => `[${i + 1}] ${address}`)
  }
}

/** An address may hold signs that a linter takes for Markdown or TeX; escaped they mean the same. */
function escapeMarkup(address: string): string {
  return address.replace(
    /[$*()[\]{};!~`]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}

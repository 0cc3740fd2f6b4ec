/**
 * A feed as RFC 4287 has it. Pure: the same entries, the same bytes. Every text may be anything that somebody typed: what XML
 * has no way to write (1.0, section 2.2) becomes U+FFFD, and all the rest is escaped.
 */
export type FeedEntry = {
  /** Where it is read; of the same thing always the same, so that it is its id as well, unless it has another. */
  readonly url: string
  /** Where the same thing happens again at the same address; else that is its id. */
  readonly id?: string
  readonly title: string
  readonly author: string
  /** RFC 3339. */
  readonly at: string
  /** As plain text. */
  readonly text: string
}

export type Feed = {
  readonly title: string
  /** Of the feed itself, and of what it is a feed of. */
  readonly selfUrl: string
  readonly url: string
  /** The newest first. */
  readonly entries: readonly FeedEntry[]
}

/** Of what an entry says; the rest is behind its link. */
const TEXT_CHARACTERS = 4000
const TITLE_CHARACTERS = 300

export function atomOf({ title, selfUrl, url, entries }: Feed): string {
  const parts = entries.map(
    (entry) => ` <entry>
  <id>${xml(entry.id ?? entry.url)}</id>
  <title>${xml(cut(entry.title, TITLE_CHARACTERS))}</title>
  <link rel="alternate" type="text/html" href="${xml(entry.url)}"/>
  <author><name>${xml(cut(entry.author, TITLE_CHARACTERS)) || 'nobody'}</name></author>
  <updated>${xml(momentIn(entry.at))}</updated>
  <content type="text">${xml(cut(entry.text, TEXT_CHARACTERS))}</content>
 </entry>
`,
  )
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
 <id>${xml(selfUrl)}</id>
 <title>${xml(cut(title, TITLE_CHARACTERS))}</title>
 <link rel="self" type="application/atom+xml" href="${xml(selfUrl)}"/>
 <link rel="alternate" type="text/html" href="${xml(url)}"/>
 <updated>${xml(momentIn(entries[0]?.at ?? ''))}</updated>
 <generator>Coherent</generator>
${parts.join('')}</feed>
`
}

/** A database knows moments that a feed has no words for. */
const momentIn = (at: string) => (/^\d{4}-\d\d-\d\dT/.test(at) ? at : '1970-01-01T00:00:00.000Z')

function cut(text: string, characters: number): string {
  if (text.length <= characters) return text
  return `${text.slice(0, characters).replace(/[\ud800-\udbff]$/, '')} …`
}

const SIGNS: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // A parser would make a line end of it.
  '\r': '&#13;',
}

export const xml = (text: string): string =>
  text
    .replace(/\p{Surrogate}/gu, '\ufffd')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those that XML does not have are what is looked for
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"'\r]/g, (sign: string) => SIGNS[sign] ?? '')

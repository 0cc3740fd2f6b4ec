/** Rules over several mails: the series (T1, H4, H5), and each reply against the mail it answers (H2, H4, B15, B17). */
import { ATTRIBUTION } from '#lib/mail/text/line-signs.ts'
import { type Report, softened } from './finding.ts'
import type { HeaderFacts } from './lint-headers.ts'

/** `series`: exactly one cover with its parts. `review`: the same with replies. `any`: only what each mail shows. */
export type MailboxKind = 'series' | 'review' | 'any'

/** One mail as the rules on whole threads see it. */
export type LintedMail = HeaderFacts & {
  /** From 1. */
  readonly number: number
  /** Lines of the file: of the first header, and of the first line of the text. */
  readonly line: number
  readonly bodyLine: number
  readonly body: string
}

const MAX_PARTS = 15

/** `at(n)` is the reporter for mail n; 0 for the mailbox as a whole. */
export function lintThread(
  mails: readonly LintedMail[],
  kind: MailboxKind,
  at: (message: number) => Report,
): void {
  const byId = new Map<string, LintedMail>()
  for (const mail of mails) {
    if (byId.has(mail.messageId)) {
      at(mail.number)('H3', 'error', mail.line, `Message-ID used twice: ${mail.messageId}`)
    }
    byId.set(mail.messageId, mail)
  }
  if (kind !== 'any') lintSeries(mails, kind, at)
  for (const mail of mails) if (mail.isReply) lintAnswer(mail, byId, kind, at(mail.number))
}

function lintSeries(
  mails: readonly LintedMail[],
  kind: 'series' | 'review',
  at: (message: number) => Report,
): void {
  const heads = mails.flatMap((mail) => (mail.tag && !mail.isReply ? [{ mail, tag: mail.tag }] : []))
  const covers = heads.filter(({ tag }) => tag.part === 0)
  const cover = covers[0]
  if (!cover || covers.length > 1) at(0)('T1', 'error', 1, `${covers.length} cover letters`)
  else {
    const report = at(cover.mail.number)
    const line = cover.mail.line
    if (cover.mail.inReplyTo !== '' || cover.mail.references.length > 0) {
      report('H4', 'error', line, 'cover letter must start a new thread (no In-Reply-To)')
    }
    const order = heads.map(({ tag }) => tag.part)
    const inOrder = [...heads].sort((a, b) => a.tag.part - b.tag.part)
    const expected = Array.from({ length: cover.tag.parts + 1 }, (_, i) => i)
    const found = inOrder.map(({ tag }) => tag.part)
    if (found.join() !== expected.join()) {
      report('T1', 'error', line, `parts are ${found.join(', ')}, expected 0..${cover.tag.parts}`)
    }
    if (cover.tag.parts > MAX_PARTS) report('T1', 'error', line, `more than ${MAX_PARTS} parts`)
    let last: number | null = null
    for (const { mail, tag } of inOrder) {
      const own = at(mail.number)
      const { prefix, version, parts } = cover.tag
      if (tag.prefix !== prefix || tag.version !== version || tag.parts !== parts) {
        own('H5', 'error', mail.line, 'subject tag differs from the cover letter')
      }
      const isShallow =
        mail.inReplyTo === cover.mail.messageId && mail.references.join() === cover.mail.messageId
      if (mail !== cover.mail && !isShallow) {
        own('H4', 'error', mail.line, 'part must reply to the cover letter only (shallow thread)')
      }
      if (last !== null && mail.epochSeconds !== null && mail.epochSeconds <= last) {
        own('H2', 'error', mail.line, 'Date does not increase over the series')
      }
      last = mail.epochSeconds ?? last
      if (mail.from.address !== cover.mail.from.address || mail.from.name !== cover.mail.from.name) {
        own('H11', 'warning', mail.line, 'From differs from the cover letter')
      }
    }
    // The finding belongs to the mailbox; it is filed under the last part, where the other linter files it.
    const lastPart = at(inOrder.at(-1)?.mail.number ?? 0)
    if (order.join() !== found.join())
      lastPart('T1', 'error', 1, `messages not in order: ${order.join(', ')}`)
    const phrases = heads.map(({ tag }) => tag.phrase)
    if (new Set(phrases).size !== phrases.length) {
      lastPart('H5', 'error', line, 'two parts have the same summary phrase')
    }
  }
  if (kind === 'series') {
    for (const mail of mails) {
      if (mail.isReply) at(mail.number)('T1', 'error', mail.line, 'reply in a series export')
    }
  }
}

function lintAnswer(
  mail: LintedMail,
  byId: ReadonlyMap<string, LintedMail>,
  kind: MailboxKind,
  report: Report,
): void {
  if (mail.inReplyTo === '') {
    report('H4', 'error', mail.line, 'reply without In-Reply-To')
    return
  }
  const parent = byId.get(mail.inReplyTo)
  if (!parent) {
    const severity = kind === 'review' ? 'error' : 'warning'
    report('H4', severity, mail.line, `parent ${mail.inReplyTo} is not in this mailbox`)
    return
  }
  if (mail.references.join(' ') !== [...parent.references, parent.messageId].join(' ')) {
    report('H4', 'error', mail.line, 'References is not parent References + parent id')
  }
  if (mail.subject !== `Re: ${parent.subject.replace(/^Re: /, '')}`) {
    report('H5', 'error', mail.line, 'Subject is not "Re: " + parent subject')
  }
  if (
    mail.epochSeconds !== null &&
    parent.epochSeconds !== null &&
    mail.epochSeconds <= parent.epochSeconds
  ) {
    report('H2', 'error', mail.line, 'reply is older than its parent')
  }
  lintQuotes(mail, parent, report)
}

/** Every quoted line exists in the parent, verbatim and in order; the attribution names its author and day. */
function lintQuotes(mail: LintedMail, parent: LintedMail, firm: Report): void {
  const parentLines = parent.body.split('\n').map((l) => l.trimEnd())
  let position = -1
  let attribution: string | null = null
  const lines = mail.body.split('\n')
  const own = (k: number) => mail.typed !== null && k >= mail.typed.from && k < mail.typed.to
  lines.forEach((l, k) => {
    // What a person quotes, and below which words, is theirs; what is quoted for them has to be right.
    const report = own(k) ? softened(firm, mail, lines) : firm
    if (own(k) && ATTRIBUTION.test(l)) return
    if (attribution === null && ATTRIBUTION.test(l)) attribution = l
    if (!l.startsWith('>')) return
    const inner = (l.startsWith('>>') ? l.slice(1) : l.replace(/^> ?/, '')).trimEnd()
    if (inner.trim() === '' || /^\[ ?(\.\.\.|…|snip) ?\]$/.test(inner.trim())) return
    const hit = parentLines.indexOf(inner, position + 1)
    if (hit >= 0) position = hit
    else {
      const what = parentLines.includes(inner)
        ? 'quoted lines out of order'
        : 'quoted line is not in the parent'
      report('B17', 'error', mail.bodyLine + k, `${what}: ${l.slice(0, 70)}`)
    }
  })
  // TypeScript does not see assignments in the callback above.
  const said = attribution as string | null
  if (said === null) return
  const { name, address } = parent.from
  if (!said.includes(name || address) && !said.includes(address)) {
    firm(
      'B15',
      'error',
      mail.bodyLine,
      `attribution does not name the parent author ${name || address}: ${said}`,
    )
  }
  const day = parent.dateWords
  if (day && !(said.includes(day.year) && said.includes(day.month)) && !said.includes(day.iso)) {
    firm('B15', 'error', mail.bodyLine, `attribution does not carry the parent date: ${said}`)
  }
}

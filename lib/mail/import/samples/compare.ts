/** What must become of a sample, and how the outcome is held against it. Words compare without regard to white space. */
import type { CorpusOutcome } from '#lib/mail/import/corpus-form.ts'

export type Expected = {
  readonly status: string
  readonly author: { readonly name: string; readonly email: string } | null
  readonly parent: string
  readonly parent_by: string
  readonly comments: readonly {
    readonly kind: string
    readonly anchor: string
    readonly contains: readonly string[]
    readonly reply_to_comment_of?: string
    readonly has_diff?: boolean
  }[]
  readonly trailers: readonly { readonly tag: string; readonly email: string; readonly match: boolean }[]
  readonly flags: readonly string[]
  readonly not_contains?: readonly string[]
  readonly attachments?: readonly { readonly filename: string }[]
}

/** Everything in which the outcome is not as expected; empty when it is. */
export function differences(expected: Expected, outcome: CorpusOutcome | undefined): string[] {
  if (!outcome) return ['no outcome']
  const found: string[] = []
  const same = (what: string, want: unknown, got: unknown) => {
    if (JSON.stringify(want) !== JSON.stringify(got)) {
      found.push(`${what}: want ${JSON.stringify(want)}, got ${JSON.stringify(got)}`)
    }
  }
  same('status', expected.status, outcome.status)
  const isRead = expected.status === 'imported' || expected.status === 'quarantined'
  if (isRead) same('author', expected.author, outcome.author)
  const missing = expected.flags.filter((flag) => !outcome.flags.some((f) => f === flag))
  same('missing flags', [], missing)
  if (expected.status !== 'imported') {
    same('visible comments', 0, outcome.comments.filter((c) => !('held' in c)).length)
    same('counting trailers', 0, outcome.trailers.filter((t) => t.match).length)
    return found
  }

  same('parent', expected.parent, outcome.parent)
  same('parent by', expected.parent_by, outcome.parent_by)
  const left = [...outcome.comments]
  for (const comment of expected.comments) {
    const at = left.findIndex((c) =>
      comment.contains.every((words) => oneLine(c.text).includes(oneLine(words))),
    )
    const got = left[at]
    if (!got) {
      found.push(`no comment with ${JSON.stringify(comment.contains)} in ${JSON.stringify(outcome.comments)}`)
      continue
    }
    left.splice(at, 1)
    same('kind', comment.kind, got.kind)
    same('anchor', comment.anchor, got.anchor)
    if (comment.reply_to_comment_of) {
      same(
        'answers',
        comment.reply_to_comment_of,
        'reply_to_comment_of' in got ? got.reply_to_comment_of : null,
      )
    }
  }
  same(
    'unexpected comments',
    [],
    left.map((c) => oneLine(c.text)),
  )
  for (const words of expected.not_contains ?? []) {
    const leak = outcome.comments.find((c) => c.text.includes(words))
    if (leak) found.push(`${JSON.stringify(words)} leaked into ${JSON.stringify(leak.text)}`)
  }
  const key = (t: { tag: string; email: string; match: boolean }) => `${t.tag} ${t.email} ${t.match}`
  same('trailers', expected.trailers.map(key).sort(), outcome.trailers.map(key).sort())
  if (expected.attachments) same('attachments', expected.attachments, outcome.attachments)
  return found
}

function oneLine(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim()
}

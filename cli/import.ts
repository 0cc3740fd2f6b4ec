import { stat } from 'node:fs/promises'
import { mailsOf } from '#lib/mail/shell/mail-files.ts'
import { NoMailbox } from '#lib/mail/shell/split-mbox.ts'
import { importMails } from '#lib/review/incoming/import.server.ts'
import { type MailOutcome, meaningOf, STATUS_WORDS } from '#lib/review/incoming/outcome.ts'
import { under } from '#lib/review/proposal/address.ts'
import { loadRevision } from '#lib/review/revision/revisions.server.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, wrongUse } from './verb.ts'

/** YES: all were taken; NO: some were refused. */
export const importMail = defineVerb(
  {
    name: 'import',
    operands: 'FILE.mbox|FILE.eml|DIR|-',
    least: 1,
    most: 1,
    about:
      'Brings mails into the discussion: a mailbox, a mail, a folder of them, a Maildir, or standard input (-).',
    options: {
      rfc: { type: 'string', value: 'SLUG', says: 'only what is about this proposal' },
      'leave-unknown': {
        type: 'boolean',
        says: 'leaves out mails that answer nothing known here;\nwithout it they wait for what they answer',
      },
      json: { type: 'boolean', says: 'what became of each, as JSON' },
    },
  },
  async ({ values, operands }) => {
    const path = operands[0] ?? '-'
    if (path !== '-' && !(await exists(path))) return wrongUse('import', `there is no ${path}`)
    if (values.rfc !== undefined && !(await loadRevision('program', values.rfc, null)))
      return wrongUse('import', `there is no published proposal ${values.rfc}`)
    const report = values.json ? new JsonReport() : new TableReport()
    const options = { slug: values.rfc ?? null, leavesUnknown: values['leave-unknown'] ?? false }
    try {
      for await (const outcome of importMails({ kind: 'command' }, mailsOf(path), options))
        report.add(outcome)
    } catch (error) {
      if (!(error instanceof NoMailbox)) throw error
      return wrongUse('import', `${path}: ${error.message}`)
    }
    report.end()
    return report.counts.has('rejected') ? exitCode.NO : exitCode.YES
  },
)

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}

abstract class Report {
  readonly counts = new Map<string, number>()
  add(outcome: MailOutcome): void {
    this.counts.set(outcome.status, (this.counts.get(outcome.status) ?? 0) + 1)
    this.show(outcome)
  }
  protected abstract show(outcome: MailOutcome): void
  abstract end(): void
}

/** One object, written while the mails come: a mailbox may hold a million. */
class JsonReport extends Report {
  #shown = 0
  protected show(outcome: MailOutcome): void {
    process.stdout.write(`${this.#shown++ === 0 ? '{"messages":[' : ','}\n${JSON.stringify(outcome)}`)
  }
  end(): void {
    if (this.#shown === 0) process.stdout.write('{"messages":[')
    process.stdout.write(`],\n"counts":${JSON.stringify(Object.fromEntries(this.counts))}}\n`)
  }
}

class TableReport extends Report {
  protected show({ status, from, subject, comments, trailers, flags, messageId }: MailOutcome): void {
    const where = comments.map(({ slug, thread, comment }) => under.comment(slug, thread, comment))
    const what = [...where, ...(trailers > 0 ? [`${trailers} trailer${trailers === 1 ? '' : 's'}`] : [])]
    console.log(
      `${column(status, 11)}  ${column(from, 30)}  ${column(subject, 44)}  ${what.join(', ')}`.trimEnd(),
    )
    if (status !== 'imported' && status !== 'duplicate') console.log(`             <${messageId}>`)
    if (status !== 'duplicate') for (const flag of flags) console.log(`             ${meaningOf(flag)}`)
  }
  end(): void {
    const counts = [...this.counts].map(
      ([status, n]) => `${n} ${STATUS_WORDS[status as MailOutcome['status']]}`,
    )
    console.log(counts.length > 0 ? `\n${counts.join(', ')}.` : 'There are no mails in it.')
  }
}

/** Headers are one line of printable characters by now. */
function column(text: string, width: number): string {
  const characters = [...text]
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : text.padEnd(width)
}

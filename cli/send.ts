import { mailSettings } from '#lib/env.server.ts'
import { formatRfc5322Date } from '#lib/mail/message/date.ts'
import { accountOf } from '#lib/review/account/account-of.server.ts'
import { itemLine } from '#lib/review/gate/gate-text.ts'
import {
  previewSending,
  reflectSeries,
  type SendingFailure,
  type SendingWish,
  sendSeries,
} from '#lib/review/outgoing/sending.server.ts'
import { parseTarget } from '#lib/review/proposal/address.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, wrongUse } from './verb.ts'

/** Puts a series into the outbox, which the running app empties. YES: queued, or shown; NO: it may not be sent. */
export const send = defineVerb(
  {
    name: 'send',
    operands: 'SLUG[/vN]',
    least: 1,
    most: 1,
    about: 'Queues a series for the running app to send, in the name of an account.',
    options: {
      as: { type: 'string', value: 'ADDRESS', says: 'whose account sends; needed' },
      to: {
        type: 'string',
        multiple: true,
        value: 'A',
        says: 'this one of the proposed receivers only; may be repeated',
      },
      also: { type: 'string', multiple: true, value: 'A', says: 'another receiver, in Cc; may be repeated' },
      reflect: { type: 'boolean', says: 'sends it to that account first' },
      'dry-run': { type: 'boolean', says: 'shows what would leave' },
    },
  },
  async ({ values, operands }) => {
    const target = parseTarget(operands[0] ?? '')
    if (target === null) return wrongUse('send', 'name one slug such as io-uring-futex/v1')
    if (values.as === undefined) return wrongUse('send', 'say whose account sends: --as author@example.org')
    const viewer = await accountOf(values.as)
    if (!viewer) {
      console.error(`There is no account with the address ${values.as}.`)
      return exitCode.NO
    }
    const wish: SendingWish = {
      slug: target.slug,
      number: target.revision,
      chosen: values.to ?? null,
      further: (values.also ?? []).join(', '),
    }
    if (values['dry-run']) return dryRun(await previewSending(viewer, wish))
    const done = values.reflect ? await reflectSeries(viewer, wish) : await sendSeries(viewer, wish)
    if (!done.ok) return refused(done.error)
    const { mails, recipients } = done.value
    console.log(
      recipients === 0
        ? 'Nothing to send: everybody has these mails already, or they are on their way.'
        : `${mails} mails queued, ${recipients} envelopes; the running app sends them to ${mailSettings()?.server.host}.`,
    )
    return exitCode.YES
  },
)

function dryRun(preview: Awaited<ReturnType<typeof previewSending>>): number {
  if (!preview.ok) return refused(preview.error)
  const { messages, recipients, served, lint, gate, wasLookedAt } = preview.value
  for (const { name, address } of recipients) {
    const who = name === '' ? address : `${name} <${address}>`
    console.log(`${served.has(address.toLowerCase()) ? 'has it ' : 'gets it'}  ${who}`)
  }
  for (const { messageId, subject, date } of messages) {
    console.log(`${formatRfc5322Date(date)}  ${subject}  <${messageId}>`)
  }
  for (const { rule, severity, message, line, text } of lint) {
    console.error(`mail ${message}, line ${line}: ${severity} ${rule}: ${text}`)
  }
  if (!gate.passes) return refused({ kind: 'gate', gate })
  if (!wasLookedAt) console.error('Not yet looked at: coherent send --reflect sends it to its sender first.')
  return lint.some(({ severity }) => severity === 'error') ? exitCode.NO : exitCode.YES
}

const WORDS: Readonly<Record<SendingFailure['kind'], string>> = {
  off: 'Mail is not configured: set COHERENT_SMTP_URL and COHERENT_MAIL_FROM (docs/operating.md).',
  forbidden: 'This account may not send the proposal: authors, maintainers and administrators may.',
  'no-such-revision': 'There is no such published revision.',
  'no-receiver': 'Nobody is left to send it to: --to names addresses that the export page proposes.',
  'too-many-receivers': 'More than 60 addresses: a list refuses such a mail.',
  'bad-address': 'One of the addresses of --also is none.',
  lint: 'The linter finds errors; coherent export shows them.',
  gate: 'The revision leaves questions open, so it is not sent:',
  'not-looked-at': 'Not yet looked at: coherent send --reflect sends it to its sender first.',
  'no-own-address': 'The account has no address that mail could be sent to.',
  embargoed: 'The proposal is embargoed, and a list is everybody: --reflect sends it to its sender.',
  'too-fast': 'That was often enough for an hour.',
}

function refused(failure: SendingFailure): number {
  console.error(WORDS[failure.kind])
  if (failure.kind === 'gate')
    for (const item of failure.gate.items.filter(({ isOpen }) => isOpen)) console.error(`  ${itemLine(item)}`)
  return exitCode.NO
}

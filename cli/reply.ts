import { randomUUID } from 'node:crypto'
import { open } from 'node:fs/promises'
import { z } from 'zod'
import { err, ok, type Result } from '#lib/result.ts'
import { isSlug } from '#lib/review/proposal/address.ts'
import { openSite, SITE_OPTION, tellRefused } from './ask-site.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb, wrongUse } from './verb.ts'

const Place = z.object({ thread: z.int(), comment: z.int() })
/** A comment has 65,536 characters. */
const MOST_BYTES = 256 * 1024

const KEY_OPTION = {
  key: {
    type: 'string',
    value: 'UUID',
    says: 'names this answer: sent again with the same one it is not said twice',
  },
} as const

/** `SLUG#3`, `SLUG/3`, of a comment `SLUG#3.2`; null: it names none. */
export function threadNamed(text: string): { slug: string; thread: number; comment: number } | null {
  const [, slug = '', thread, comment = '1'] =
    /^([^#/]+)(?:#|\/t\/|\/)([1-9]\d{0,8})(?:\.([1-9]\d{0,6}))?$/.exec(text) ?? []
  return thread !== undefined && isSlug(slug)
    ? { slug, thread: Number(thread), comment: Number(comment) }
    : null
}

/** NO: it was refused, and says why. */
export const reply = defineVerb(
  {
    name: 'reply',
    operands: 'SLUG#T FILE|-',
    least: 2,
    most: 2,
    about: `Answers a thread, or with SLUG#T.C a comment of it, with the words of a file, or of standard input (-), as they are. The token
is in COHERENT_TOKEN (made at My account).`,
    options: { ...KEY_OPTION, ...SITE_OPTION },
  },
  async ({ values, operands: [target = '', file = ''] }) => {
    const named = threadNamed(target)
    if (!named) return wrongUse('reply', `${target} names no thread: write SLUG#3`)
    const opened = openSite(values.site)
    if (!opened.ok) return wrongUse('reply', opened.error)
    const words = await wordsOf(file)
    if (!words.ok) return wrongUse('reply', words.error)
    const { slug, thread, comment } = named
    const clientKey = values.key ?? randomUUID()
    const sent = { thread, comment, body: words.value, clientKey }
    const said = await opened.value.ask(`/api/rfc/${slug}/reply`, Place, sent)
    if (!said.ok) return tellUnsaid('reply', said.error, clientKey)
    console.log(`${slug}#${said.value.thread}.${said.value.comment}`)
    return exitCode.YES
  },
)

export const answer = defineVerb(
  {
    name: 'answer',
    operands: 'SLUG#T [FILE|-]',
    least: 1,
    most: 2,
    about: `An author's answer to a thread: its opener is asked whether it is answered. --in and --claim say what shows it, and are put
below the words as a line with its address. The token is in COHERENT_TOKEN (made at My account).`,
    options: {
      in: {
        type: 'string',
        value: 'vN',
        says: 'the revision that answers it',
        check: (value: string) => (/^v[1-9]\d{0,2}$/.test(value) ? null : 'is no revision: write v2'),
      },
      claim: { type: 'string', value: 'ID', says: 'with --in: the claim of it that shows it' },
      ...KEY_OPTION,
      ...SITE_OPTION,
    },
  },
  async ({ values, operands: [target = '', file] }) => {
    const named = threadNamed(target)
    if (!named) return wrongUse('answer', `${target} names no thread: write SLUG#3`)
    if (values.claim !== undefined && values.in === undefined) return wrongUse('answer', '--claim is of --in')
    if (file === undefined && values.in === undefined)
      return wrongUse('answer', 'say it in words (a file, or -), or with --in what answers it')
    const opened = openSite(values.site)
    if (!opened.ok) return wrongUse('answer', opened.error)
    const words = file === undefined ? ok('') : await wordsOf(file)
    if (!words.ok) return wrongUse('answer', words.error)
    const { slug, thread } = named
    const clientKey = values.key ?? randomUUID()
    const said = await opened.value.ask(`/api/rfc/${slug}/answer`, Place, {
      thread,
      body: words.value,
      revision: values.in === undefined ? null : Number(values.in.slice(1)),
      claim: values.claim ?? null,
      clientKey,
    })
    if (!said.ok) return tellUnsaid('answer', said.error, clientKey)
    console.log(`${slug}#${said.value.thread}.${said.value.comment}`)
    return exitCode.YES
  },
)

function tellUnsaid(verb: string, refused: Parameters<typeof tellRefused>[1], clientKey: string): number {
  const code = tellRefused(verb, refused)
  // It may have arrived.
  if (refused.status === 0) console.error(`Send it again with --key ${clientKey}, and it is not said twice.`)
  return code
}

async function wordsOf(file: string): Promise<Result<string, string>> {
  const parts: Uint8Array[] = []
  let length = 0
  try {
    const handle = file === '-' ? null : await open(file, 'r')
    for await (const part of handle ? handle.createReadStream() : process.stdin) {
      const bytes = typeof part === 'string' ? Buffer.from(part) : part
      length += bytes.byteLength
      if (length > MOST_BYTES) return err(`${file} is longer than a comment may be`)
      parts.push(bytes)
    }
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts)))
  } catch {
    return err(`${file} cannot be read as UTF-8 text`)
  }
}

import 'server-only'
import { writeMbox } from '#lib/mail/message/mbox.ts'
import type { Message } from '#lib/mail/message/message.ts'
import { writeMessage } from '#lib/mail/message/write-message.ts'
import { carriedText } from '#lib/review/export/carried-text.ts'
import { emlArchive } from '#lib/review/export/eml-files.ts'
import { type ExportWish, exportDiscussion, exportRevision } from '#lib/review/export/export.server.ts'
import { mboxOf, textOf } from '#lib/review/export/series.ts'
import { ownAddressOf } from '#lib/review/outgoing/receivers.server.ts'
import { reflectedTo } from '#lib/review/outgoing/reflect.ts'
import type { Viewer } from '#lib/review/person/permission.ts'
import { discussionOf } from '#lib/review/thread/read-threads.server.ts'
import type { Bundle } from '#lib/writeup/bundle/bundle.ts'

/** The forms in which a revision leaves; `eml`: one of its mails, by its number in the series. */
export type ExportForm =
  | 'txt'
  | 'mbox'
  | 'threads.txt'
  | 'threads.mbox'
  | 'mails.tar'
  | 'reflect.tar'
  | { readonly eml: number }

/** Small enough to be written with others between, large enough that few are asked for. */
const PIECE = 256 * 1024

/** The bytes of a file, in pieces of some 256 KB and more; none at all: there is no such file for this viewer. */
export async function* exportFile(
  viewer: Viewer,
  slug: string,
  revision: number,
  form: ExportForm,
): AsyncGenerator<Uint8Array> {
  if (form === 'threads.mbox' || form === 'threads.txt') {
    // The text tells the carried ones behind the others, in its own form.
    const isOwnOnly = form === 'threads.txt'
    const exported = await exportDiscussion(viewer, slug, revision, { isOwnOnly })
    if (!exported) return
    const { series, replies } = exported
    yield* joined(
      form === 'threads.mbox'
        ? mailboxes(series.messages, replies)
        : texts(series.messages, replies, () => carriedTo(viewer, exported.revision)),
    )
    return
  }
  // What is for somebody's own mail program leaves on the day on which it is fetched, if it did not before.
  const isAsItIs = form === 'txt' || form === 'mbox'
  const wish: ExportWish = isAsItIs ? {} : { today: new Date() }
  const exported = await exportRevision(viewer, slug, revision, wish)
  if (!exported) return
  const content = await contentOf(viewer, `${slug}-v${revision}`, exported.series.messages, form)
  if (content !== null) yield typeof content === 'string' ? new TextEncoder().encode(content) : content
}

async function contentOf(
  viewer: Viewer,
  name: string,
  messages: readonly Message[],
  form: Exclude<ExportForm, 'threads.mbox' | 'threads.txt'>,
): Promise<string | Uint8Array | null> {
  if (typeof form === 'object') {
    const message = messages[form.eml]
    return message ? writeMessage(message) : null
  }
  switch (form) {
    case 'txt':
      return textOf(messages)
    case 'mbox':
      return mboxOf(messages)
    case 'mails.tar':
      return messages.length > 0 ? emlArchive(name, messages) : null
    case 'reflect.tar': {
      const address = await ownAddressOf(viewer)
      if (messages.length === 0 || address === null) return null
      return emlArchive(`${name}-reflect`, reflectedTo(messages, { name: '', address }))
    }
  }
}

type Replies = AsyncIterable<readonly Message[]>

async function* texts(
  series: readonly Message[],
  replies: Replies,
  carried: () => Promise<string | null>,
): AsyncGenerator<string> {
  yield textOf(series)
  for await (const messages of replies) if (messages.length > 0) yield `\n${textOf(messages)}`
  const told = await carried()
  if (told !== null) yield `\n${told}`
}

const NOTHING_SHOWN = { elements: 0, bytes: 0 }

/** The text of a later revision says of a carried thread where it stands now, and has its words once, with the revision of its own. */
async function carriedTo(
  viewer: Viewer,
  revision: { number: number; proposalId: string; revisionId: string; bundle: Pick<Bundle, 'blocks'> },
): Promise<string | null> {
  if (revision.number === 1) return null
  const { heads } = await discussionOf(viewer, revision, NOTHING_SHOWN)
  const threads = heads.flatMap((head) => (head.carried ? [{ ...head, carried: head.carried }] : []))
  const texts = new Map(revision.bundle.blocks.map(({ key, text }) => [key, text]))
  return carriedText(revision.number, threads, (key) => texts.get(key))
}

async function* mailboxes(series: readonly Message[], replies: Replies): AsyncGenerator<string> {
  yield mboxOf(series)
  for await (const messages of replies) yield* writeMbox(messages)
}

async function* joined(texts: AsyncIterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let waiting: string[] = []
  let letters = 0
  for await (const text of texts) {
    waiting.push(text)
    letters += text.length
    if (letters < PIECE) continue
    yield encoder.encode(waiting.join(''))
    waiting = []
    letters = 0
  }
  if (letters > 0) yield encoder.encode(waiting.join(''))
}

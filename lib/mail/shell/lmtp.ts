/**
 * Where our mail server hands mail over: LMTP (RFC 2033), which has an answer for each recipient after the data, and no
 * queue of its own. What is answered with 2xx is stored; while it cannot be stored the answer is 4xx, and the mail server
 * keeps the mail and comes again. So no mail is lost whenever this process dies, and one that comes again is recognised.
 */
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import { MAX_MAIL_BYTES } from '#lib/mail/import/read/limits.ts'

/** `taken`: it is stored, or need not be; `refused`: it never will be. Throwing is "not now". */
export type Delivery = { readonly kind: 'taken' | 'refused'; readonly words: string }

export type LmtpOptions = {
  /** 0 lets the system choose. */
  readonly port: number
  readonly host: string
  readonly deliver: (bytes: Uint8Array) => Promise<Delivery>
  /** Told of what could not be stored; the mail server comes again. */
  readonly onTrouble: (error: unknown) => void
}

export type Lmtp = { readonly port: number; readonly close: () => Promise<void> }

const MAX_CLIENTS = 20
const IDLE_MS = 60_000
/** How long a mail that is on its way has to arrive once the listener closes. */
const CLOSE_MS = 5000

export async function listenLmtp({ port, host, deliver, onTrouble }: LmtpOptions): Promise<Lmtp> {
  let isClosing = false
  const server = new SMTPServer({
    lmtp: true,
    closeTimeout: CLOSE_MS,
    // Between two mails of one connection, which a mail server may keep for long.
    onMailFrom: (_address, _session, done) =>
      done(isClosing ? coded(421, '4.3.2 stopping, come again') : null),
    disabledCommands: ['AUTH', 'STARTTLS'],
    authOptional: true,
    disableReverseLookup: true,
    size: MAX_MAIL_BYTES,
    maxClients: MAX_CLIENTS,
    socketTimeout: IDLE_MS,
    logger: false,
    banner: 'Coherent',
    onData(stream, _session, done) {
      answer(stream, deliver, onTrouble).then(
        ({ error, words }) => done(error, words),
        (error: Error) => done(error),
      )
    },
  })
  // A client that goes away in the middle is no failure of ours.
  server.on('error', () => {})
  await new Promise<void>((ready, failed) => {
    server.once('error', failed)
    server.listen(port, host, () => ready())
  })
  const address = server.server.address()
  return {
    port: typeof address === 'object' && address ? address.port : port,
    close: () => {
      isClosing = true
      return new Promise((closed) => server.close(() => closed()))
    },
  }
}

async function answer(
  stream: SMTPServerDataStream,
  deliver: LmtpOptions['deliver'],
  onTrouble: LmtpOptions['onTrouble'],
): Promise<{ error: Error | null; words: string }> {
  const bytes = await readUpTo(stream)
  if (bytes === null) return { error: coded(552, `5.3.4 a mail may have ${MAX_MAIL_BYTES} bytes`), words: '' }
  try {
    const { kind, words } = await deliver(bytes)
    return kind === 'refused' ? { error: coded(554, `5.6.0 ${words}`), words } : { error: null, words }
  } catch (error) {
    onTrouble(error)
    return { error: coded(451, '4.3.0 cannot be stored now, come again'), words: '' }
  }
}

/** The answer's code is what smtp-server reads from the error. */
function coded(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

/** Null: more than a mail may have. The rest is read and thrown away, as the client sends it in any case. */
async function readUpTo(stream: SMTPServerDataStream): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    length += chunk.length
    if (length <= MAX_MAIL_BYTES) chunks.push(chunk)
  }
  return length > MAX_MAIL_BYTES || stream.sizeExceeded ? null : new Uint8Array(Buffer.concat(chunks))
}

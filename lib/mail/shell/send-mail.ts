/**
 * One mail to one recipient over SMTP, and what is known about it afterwards.
 *
 * SMTP can say "I have it" and "I do not"; between the last byte of a mail and the server's answer nobody knows (RFC 1047,
 * RFC 5321 4.5.3.2.6). What must be sent exactly once depends on telling that stretch from everything before it, so the
 * mail is handed to the server as a stream: before its first byte `beforeData` writes down that the server may have it
 * from now on; as long as its last byte was not handed over, a broken connection means that it was not delivered.
 *
 * nodemailer's connection, not its composer: the bytes leave as they were written (LF becomes CRLF, leading dots are
 * doubled on the wire and single again behind it, BODY=8BITMIME). A recipient each, so that what becomes of one says
 * nothing about the others.
 */
import { Readable } from 'node:stream'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { err, ok, type Result } from '#lib/result.ts'

export type SmtpServer = {
  readonly host: string
  readonly port: number
  /** `tls` from the first byte; `starttls` required; `plain` for a server on this machine. */
  readonly security: 'tls' | 'starttls' | 'plain'
  readonly login: { readonly user: string; readonly password: string } | null
  /** What we call ourselves in EHLO. */
  readonly name?: string
  /** Silence after which a connection counts as lost. RFC 5321 wants 10 minutes for the answer to a mail. */
  readonly silenceMs?: number
  /** Further certificates to believe, for a server with its own authority. */
  readonly ca?: string
}

/** What became of a mail. `answer` and `reason` are one line, for people. */
export type Delivery =
  | { readonly kind: 'accepted'; readonly answer: string }
  /** The server said no: the mail was not delivered. `permanent`: the same mail would be refused again. */
  | { readonly kind: 'refused'; readonly permanent: boolean; readonly answer: string }
  /** It broke off while the server could not have had the whole mail. */
  | { readonly kind: 'not-sent'; readonly reason: string }
  /** The server had the whole mail, and its answer was lost. */
  | { readonly kind: 'unknown'; readonly reason: string }

export type Envelope = { readonly from: string; readonly to: string }

export class SmtpSession {
  readonly #connection: SMTPConnection
  #isLost = false

  private constructor(connection: SMTPConnection) {
    this.#connection = connection
    connection.on('error', () => {
      this.#isLost = true
    })
    connection.once('end', () => {
      this.#isLost = true
    })
  }

  /** Connects, secures and signs in; in words why not. */
  static open(server: SmtpServer): Promise<Result<SmtpSession, string>> {
    const { host, port, security, login, name, silenceMs = 600_000, ca } = server
    const connection = new SMTPConnection({
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'plain',
      name,
      connectionTimeout: 30_000,
      greetingTimeout: 30_000,
      socketTimeout: silenceMs,
      tls: { minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    })
    return new Promise((done) => {
      const fail = (error: Error) => {
        connection.close()
        done(err(oneLine(error.message)))
      }
      connection.once('error', fail)
      connection.connect((problem) => {
        if (problem) return fail(problem)
        const open = () => {
          connection.removeListener('error', fail)
          done(ok(new SmtpSession(connection)))
        }
        if (!login) return open()
        connection.login({ user: login.user, pass: login.password }, (refused) =>
          refused ? fail(refused) : open(),
        )
      })
    })
  }

  /** False: open another one. */
  get isUsable(): boolean {
    return !this.#isLost
  }

  /** Ends the connection politely; a mail that is on its way is cut off. */
  close(): void {
    this.#isLost = true
    this.#connection.quit()
  }

  /**
   * `mail`: UTF-8 with LF line ends. `beforeData` has to have written down that the mail may have left; when it throws,
   * nothing was sent.
   */
  deliver(envelope: Envelope, mail: Uint8Array, beforeData: () => Promise<void>): Promise<Delivery> {
    const isEightBit = mail.some((byte) => byte > 127)
    // The extension is known from EHLO; nodemailer would send the bytes anyway, and the server might strip a bit.
    const { _supportedExtensions: extensions } = this.#connection as unknown as {
      _supportedExtensions?: readonly string[]
    }
    if (isEightBit && extensions && !extensions.includes('8BITMIME')) {
      const answer = 'the server takes no 8BITMIME, and the mail would have to be re-encoded'
      return Promise.resolve({ kind: 'refused', permanent: true, answer })
    }
    let isHandedOver = false
    let isOver = false
    let forbidden: string | null = null
    // What `beforeData` writes down has to be there before anybody is told how it went.
    let writing: Promise<void> = Promise.resolve()
    const stream = new Readable({
      read() {
        writing = beforeData().then(
          () => {
            if (isOver) return
            stream.push(mail)
            isHandedOver = true
            stream.push(null)
          },
          (error: Error) => {
            forbidden = oneLine(error.message)
            stream.destroy(error)
          },
        )
        // One read is all there is: the next ones have nothing to do.
        stream._read = () => {}
      },
    })
    return new Promise((done) => {
      const finish = (delivery: Delivery) => {
        isOver = true
        this.#connection.removeListener('error', onLost)
        this.#connection.removeListener('end', onEnd)
        writing.then(() => done(delivery))
      }
      const broken = (reason: string): Delivery => {
        this.#isLost = true
        this.#connection.close()
        return isHandedOver ? { kind: 'unknown', reason } : { kind: 'not-sent', reason: forbidden ?? reason }
      }
      const onLost = (error: Error) => finish(broken(oneLine(error.message)))
      const onEnd = () => finish(broken('the connection ended'))
      this.#connection.once('error', onLost)
      this.#connection.once('end', onEnd)
      const { from, to } = envelope
      this.#connection.send(
        { from, to, size: mail.length, use8BitMime: isEightBit },
        stream,
        (error, info) => {
          if (!error) return finish({ kind: 'accepted', answer: oneLine(info?.response ?? '') })
          const { responseCode, response } = error as { responseCode?: number; response?: string }
          if (responseCode === undefined || responseCode < 400) return finish(broken(oneLine(error.message)))
          // A server that refused one command of several that came together may wait for something else now.
          this.close()
          finish({
            kind: 'refused',
            permanent: responseCode >= 500,
            answer: oneLine(response ?? error.message),
          })
        },
      )
    })
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 500)
}

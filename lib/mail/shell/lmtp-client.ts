/** A mail server as the listener sees it, for tests: hands mail over by LMTP and says what was answered. */
import { createConnection, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

export class LmtpClient {
  readonly #socket: Socket
  readonly #lines: AsyncIterator<string>

  private constructor(socket: Socket) {
    this.#socket = socket
    this.#lines = createInterface({ input: socket, crlfDelay: Number.POSITIVE_INFINITY })[
      Symbol.asyncIterator
    ]()
  }

  static async connect(port: number): Promise<LmtpClient> {
    const socket = createConnection(port, '127.0.0.1')
    socket.on('error', () => {}) // the other side may be killed; its silence is what is looked at
    const client = new LmtpClient(socket)
    await client.reply()
    await client.say('LHLO mail.example')
    return client
  }

  /** The last line of an answer; null when the other side is gone. */
  async reply(): Promise<string | null> {
    for (;;) {
      const { value, done } = await this.#lines.next()
      if (done) return null
      if (/^\d{3} /.test(value)) return value
    }
  }

  say(line: string): Promise<string | null> {
    this.#socket.write(`${line}\r\n`)
    return this.reply()
  }

  /** One answer for each recipient. */
  async send(
    mail: string | Uint8Array,
    recipients: readonly string[] = ['rfc@example.org'],
  ): Promise<(string | null)[]> {
    await this.say('MAIL FROM:<sender@example.org>')
    for (const recipient of recipients) await this.say(`RCPT TO:<${recipient}>`)
    await this.say('DATA')
    const text = Buffer.from(mail).toString('latin1')
    const lines = text.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..')
    this.#socket.write(Buffer.from(`${lines}${lines.endsWith('\r\n') ? '' : '\r\n'}.\r\n`, 'latin1'))
    const answers: (string | null)[] = []
    for (const _ of recipients) answers.push(await this.reply())
    return answers
  }

  close(): void {
    this.#socket.destroy()
  }
}

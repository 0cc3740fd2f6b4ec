/**
 * A real SMTP server on loopback that misbehaves on command: for tests. It keeps what it accepted, as the bytes that
 * came over the wire (without dot-stuffing), by recipient.
 */
import type { AddressInfo, Socket } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerOptions } from 'smtp-server'

/** What it does to the next mail. */
export type Fault =
  | 'none'
  | 'refuse-recipient-4xx'
  | 'refuse-recipient-5xx'
  | 'refuse-data-4xx'
  | 'refuse-data-5xx'
  /** Ends the connection when the first bytes of the mail came. */
  | 'cut-in-data'
  /** Has the whole mail, accepts it, and ends the connection instead of saying so. */
  | 'cut-after-accept'
  /** Has the whole mail, drops it, and ends the connection. */
  | 'cut-before-accept'
  /** Accepts, and takes its time to say so. */
  | 'slow-answer'
  /** Has the whole mail, accepts or drops it, calls `onHang` and never answers. */
  | 'hang-after-accept'
  | 'hang-before-accept'

export type Received = {
  readonly from: string
  readonly to: string
  readonly bytes: Buffer
  readonly body: string
}

export class LoopbackServer {
  readonly received: Received[] = []
  /** One for each mail that is tried, then `none`. */
  readonly faults: Fault[] = []
  slowMs = 1000
  onHang = () => {}
  readonly #server: SMTPServer

  constructor(options: SMTPServerOptions = {}) {
    this.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: options.secure || options.key ? [] : ['STARTTLS', 'AUTH'],
      logger: false,
      disableReverseLookup: true,
      onRcptTo: (_address, _session, done) => {
        if (this.#takeIf('refuse-recipient-4xx')) return done(refusal(450, 'greylisted, try again later'))
        if (this.#takeIf('refuse-recipient-5xx')) return done(refusal(550, 'no such user here'))
        done()
      },
      onData: (stream, session, done) => this.#data(stream, session, done),
      ...options,
    })
    this.#server.on('error', () => {}) // connections that are cut off
  }

  listen(port = 0): Promise<number> {
    return new Promise((done) => {
      const { server } = this.#server
      this.#server.listen(port, '127.0.0.1', () => done((server.address() as AddressInfo).port))
    })
  }

  close(): Promise<void> {
    return new Promise((done) => {
      for (const { _socket } of this.#connections) _socket.destroy()
      this.#server.close(() => done())
    })
  }

  get #connections(): Iterable<{ _socket: Socket; session: { id: string } }> {
    // The sockets are not in its types.
    return this.#server.connections as unknown as Iterable<{ _socket: Socket; session: { id: string } }>
  }

  #takeIf(fault: Fault): boolean {
    if (this.faults[0] !== fault) return false
    this.faults.shift()
    return true
  }

  #data(
    stream: SMTPServerDataStream,
    session: {
      id: string
      envelope: {
        mailFrom: false | { address: string; args: unknown }
        rcptTo: { address: string }[]
        bodyType?: string
      }
    },
    done: (error?: Error | null, message?: string) => void,
  ): void {
    const fault = this.faults.shift() ?? 'none'
    const cut = () => {
      for (const one of this.#connections) if (one.session.id === session.id) one._socket.destroy()
    }
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => {
      if (fault === 'cut-in-data') cut()
      chunks.push(chunk)
    })
    stream.on('end', () => {
      if (fault === 'refuse-data-4xx') return done(refusal(451, 'the disk is full for now'))
      if (fault === 'refuse-data-5xx') return done(refusal(554, 'the content is not welcome'))
      if (fault === 'cut-in-data') return
      if (fault === 'cut-before-accept') return cut()
      if (fault === 'hang-before-accept') return this.onHang()
      const { mailFrom, rcptTo, bodyType = '7bit' } = session.envelope
      for (const { address } of rcptTo) {
        const from = mailFrom === false ? '' : mailFrom.address
        this.received.push({ from, to: address, bytes: Buffer.concat(chunks), body: bodyType })
      }
      if (fault === 'cut-after-accept') return cut()
      if (fault === 'hang-after-accept') return this.onHang()
      if (fault === 'slow-answer') setTimeout(() => done(null, 'accepted, slowly'), this.slowMs)
      else done(null, `accepted as ${this.received.length}`)
    })
  }
}

function refusal(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode })
}

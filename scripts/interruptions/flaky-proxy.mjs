import { connect, createServer } from 'node:net'

/**
 * A way to the app that can break: bytes go through it as they are until it is told otherwise. What it does not do itself
 * is left to the browser and the app, which see a network that fails as networks do.
 *
 * - `pass`
 * - `away`: nobody listens (a server that was stopped)
 * - `deaf`: a form is not handed on, and its connection is reset
 * - `mute`: a form is handed on; once the app answers, which is after it has stored it, the connection is reset
 * - `gateway`: 502 with a page, as a proxy answers whose server is away
 * - `sign-in`: 303 to a sign-in page, as a proxy answers that asks who one is
 *
 * @param {number} appPort
 */
export async function openFlakyProxy(appPort) {
  const state = { mode: 'pass', left: 0 }
  const open = new Set()
  /** A mode that is for a number of forms ends with the last of them. */
  const spend = () => {
    state.left -= 1
    if (state.left <= 0) state.mode = 'pass'
  }
  const server = createServer((client) => {
    if (state.mode === 'away') return client.resetAndDestroy()
    open.add(client)
    const app = connect(appPort, '127.0.0.1')
    let mutes = false
    const end = () => {
      open.delete(client)
      client.destroy()
      app.destroy()
    }
    for (const socket of [client, app]) socket.on('error', end).on('close', end)
    client.on('data', (chunk) => {
      const isForm = chunk.subarray(0, 5).toString('latin1') === 'POST '
      const [mode] = [state.mode]
      if (mode === 'gateway') {
        if (isForm) spend()
        client.end(answer('502 Bad Gateway', '', '<!doctype html><title>502</title><h1>Bad Gateway</h1>'))
        return app.destroy()
      }
      if (isForm && mode === 'sign-in') {
        spend()
        client.end(answer('303 See Other', 'location: /sign-in\r\n', ''))
        return app.destroy()
      }
      if (isForm && mode === 'deaf') {
        spend()
        return client.resetAndDestroy()
      }
      if (isForm && mode === 'mute') {
        spend()
        mutes = true
      }
      app.write(chunk)
    })
    app.on('data', (chunk) => {
      if (mutes) client.resetAndDestroy()
      else client.write(chunk)
    })
  })
  await new Promise((done) => server.listen(0, '127.0.0.1', () => done(undefined)))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    origin: `http://localhost:${port}`,
    /** @param {string} mode @param {number} [forms] for so many forms; else until told otherwise */
    be(mode, forms = Number.POSITIVE_INFINITY) {
      state.mode = mode
      state.left = forms
      if (mode === 'away') for (const client of open) client.resetAndDestroy()
    },
    close() {
      for (const client of open) client.destroy()
      server.close()
    },
  }
}

const answer = (status, headers, body) =>
  `HTTP/1.1 ${status}\r\ncontent-type: text/html\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`

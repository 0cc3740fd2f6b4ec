/**
 * `npm run bench:abuse [-- REQUESTS]`: how long the list of proposals waits while somebody does one of these without a
 * pause: 8 forms of 10 MB, 50 sign-ins at once, 300 uploads, 8 readers of a page with 600 comments, 200 sign-ups that are
 * wrong. Five pairs of an idle and a loaded stretch for each, in one run, all printed; the median of the ratios of their
 * 99th percentiles is to be 3 at most.
 */
import { hiddenFields, publishCopy, seed, signUp, startApp } from './app.mjs'
import { waits } from './reader.mjs'

const PAIRS = 5
const LIMIT = 3
const requests = Number(process.argv[2] ?? 150)
const SLUG = 'bench-abuse'
const KINDS = process.argv.slice(3)

const app = await startApp()
const over = []
try {
  publishCopy(app, 'io-uring-futex', SLUG)
  await seed(app, SLUG, 60, 600)
  const cookie = await signUp(app, 'Ada Abuser')
  const url = `${app.origin}/rfc`
  let made = 0

  /** A form of a page, as it is sent without JavaScript: its hidden fields are read once. */
  const formOf = async (path, marker, headers = {}) => {
    const html = await (await fetch(`${app.origin}${path}`, { headers })).text()
    const hidden = [...hiddenFields(html, marker).entries()]
    const form = html.slice(html.lastIndexOf('<form', html.indexOf(marker)))
    const action = /^<form[^>]*\saction="([^"]+)"/.exec(form)?.[1]?.replaceAll('&amp;', '&') ?? path
    return (values) => {
      const fields = new FormData()
      for (const [name, value] of [...hidden, ...Object.entries(values)]) fields.set(name, value)
      return fetch(`${app.origin}${action}`, {
        method: 'POST',
        body: fields,
        redirect: 'manual',
        headers: { origin: app.origin, ...headers },
      })
    }
  }
  const signIn = await formOf('/sign-in', 'name="email"')
  const register = await formOf('/sign-up', 'name="email"')
  const upload = await formOf('/import', 'type="file"', { cookie })
  const large = new Uint8Array(10 * 1024 * 1024).fill(97)

  const mail = (i) =>
    `From: Ada <ada.abuser@example.org>\nTo: list@example.org\nSubject: Re: whatever\nMessage-ID: <abuse-${i}@example.org>\n` +
    `Date: Tue, 15 Jun 2021 09:00:00 +0200\nMIME-Version: 1.0\nContent-Type: text/plain; charset=UTF-8\n\n${'words of a mail\n'.repeat(200)}`

  /** How many at once, and one of them. */
  const kinds = {
    'forms of 10 MB': [
      8,
      () =>
        fetch(`${app.origin}/rfc/${SLUG}/comment`, {
          method: 'POST',
          body: large,
          headers: { cookie, origin: app.origin, 'content-type': 'application/x-www-form-urlencoded' },
        }),
    ],
    'sign-ins at once': [
      50,
      (i) => signIn({ email: `nobody-${i % 500}@example.org`, password: 'not the password of anybody' }),
    ],
    uploads: [300, (i) => upload({ mailbox: new File([mail(i)], `${i}.eml`) })],
    'readers of 600 comments': [8, () => fetch(`${app.origin}/rfc/${SLUG}`)],
    'wrong sign-ups': [
      200,
      (i) => register({ name: `Wrong ${i}`, email: `wrong-${i}@example.org`, password: 'short' }),
    ],
  }

  for (const [kind, [atOnce, send]] of Object.entries(kinds)) {
    if (KINDS.length > 0 && !KINDS.some((wanted) => kind.includes(wanted))) continue
    await waits(url, 50)
    const ratios = []
    const answers = new Map()
    for (let pair = 1; pair <= PAIRS; pair++) {
      const idle = await waits(url, requests)
      let isLoaded = true
      const running = Array.from({ length: atOnce }, async () => {
        while (isLoaded) {
          let what
          try {
            const response = await send(made++)
            await response.arrayBuffer()
            what = response.status
          } catch (error) {
            what = error.cause?.code ?? error.message
          }
          answers.set(what, (answers.get(what) ?? 0) + 1)
        }
      })
      const loaded = await waits(url, requests)
      isLoaded = false
      await Promise.all(running)
      const ratio = loaded.p99 / idle.p99
      ratios.push(ratio)
      console.log(
        `${atOnce} ${kind}, pair ${pair}: idle p50 ${idle.p50} p99 ${idle.p99} ms, loaded p50 ${loaded.p50} p99 ${loaded.p99} ms, ratio ${ratio.toFixed(1)}`,
      )
    }
    const median = ratios.sort((a, b) => a - b)[Math.floor(PAIRS / 2)]
    const said = [...answers].map(([what, n]) => `${n} × ${what}`).join(', ')
    console.log(`${atOnce} ${kind}: median ratio ${median.toFixed(1)}, limit ${LIMIT}; answers: ${said}`)
    if (median > LIMIT) over.push(kind)
  }
} finally {
  await app.close()
}
if (over.length > 0) {
  console.log(`over the limit: ${over.join(', ')}`)
  process.exitCode = 1
}

import { type NextRequest, NextResponse } from 'next/server'

/**
 * The Content Security Policy, with a nonce of its own for each response. Next reads it from the request's headers
 * and puts the nonce on its scripts, which is why every page renders on request.
 *
 * `style-src` allows inline styles: mermaid and the code highlighter set them, and a style cannot run.
 */
export function proxy(request: NextRequest) {
  if (request.nextUrl.pathname === CHECKER_WORKER) return checkerWorker()
  // Files of strangers: their route has a policy of its own, that nothing runs, and one that is set here would replace it.
  if (request.nextUrl.pathname.startsWith('/attachment/')) return NextResponse.next()
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
  const development = process.env.NODE_ENV === 'development'
  const policy = [
    `default-src 'self'`,
    // React's development build explains errors by eval; the production build never evaluates text.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `worker-src 'self'`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
  ].join('; ')

  const headers = new Headers(request.headers)
  headers.set('x-nonce', nonce)
  headers.set('content-security-policy', policy)
  const response = NextResponse.next({ request: { headers } })
  response.headers.set('content-security-policy', policy)
  response.headers.set('referrer-policy', 'same-origin')
  response.headers.set('x-content-type-options', 'nosniff')
  // A page that is never stored comes back without what was typed into it: this one the browser may keep, and asks
  // whether it is still so when it is opened by its address.
  if (hasForm(request.nextUrl)) response.headers.set('cache-control', 'private, no-cache')
  return response
}

/** A page of a proposal with a comment form in it, as its address says; the forms of accounts, which may be told to wait. */
const hasForm = ({ pathname, searchParams }: URL) =>
  (pathname.startsWith('/rfc/') && ['comment', 'reply', 'edit'].some((name) => searchParams.has(name))) ||
  ['/sign-in', '/sign-up', '/reset-password'].includes(pathname)

const CHECKER_WORKER = '/checker-worker.js'

/**
 * A worker lives under the policy of its own response. This one alone may make WebAssembly (the checker emits it),
 * and may do nothing else: it loads nothing, sends nothing, and evaluates no text.
 */
function checkerWorker() {
  const response = NextResponse.next()
  response.headers.set('content-security-policy', "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'")
  response.headers.set('x-content-type-options', 'nosniff')
  return response
}

export const config = {
  // Everything but files of the build, which are served as they are.
  matcher: ['/((?!_next/static/|icon\\.svg$).*)'],
}

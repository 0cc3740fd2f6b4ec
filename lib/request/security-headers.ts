/** What a response says that sets no policy of its own: it may draw itself, and load and run nothing. */
export const POLICY_OF_THE_REST = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"

const A_YEAR_S = 31_536_000

/**
 * Headers of every response, refused requests and files too; a page's own policy (proxy.ts) stands beside them.
 *
 * @param publicUrl the address readers use. Only over TLS may it ask to be reached over TLS alone (RFC 6797, 7.2).
 */
export function securityHeaders(publicUrl: string): Readonly<Record<string, string>> {
  return {
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy':
      'accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), screen-wake-lock=(), serial=(), usb=()',
    ...(publicUrl.startsWith('https:') ? { 'strict-transport-security': `max-age=${A_YEAR_S}` } : {}),
  }
}

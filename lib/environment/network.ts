import { BlockList, isIP } from 'node:net'
import { err, ok, type Result } from '#lib/result.ts'

/** Where a request comes from, as far as it is known: what limits count by, and what a list of sessions shows. */

/** Set on each request by the app itself (instrumentation-node.ts), over whatever a client wrote there. */
export const NETWORK_HEADER = 'x-coherent-network'

export type Proxy = { readonly address: string; readonly bits: number }

/** `10.0.0.2 192.168.0.0/16 fd00::/8`, in blanks or commas. */
export function parseProxies(value: string): Result<readonly Proxy[], string> {
  const proxies: Proxy[] = []
  for (const one of value.trim().split(/[\s,]+/)) {
    const [address = '', bits, rest] = one.split('/')
    const most = isIP(address) === 6 ? 128 : 32
    const isGood =
      isIP(address) !== 0 &&
      rest === undefined &&
      (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most))
    if (!isGood)
      return err(`names no network with ${one}: write addresses or networks, 127.0.0.1 10.0.0.0/8 fd00::/8`)
    proxies.push({ address, bits: bits === undefined ? most : Number(bits) })
  }
  return ok(proxies)
}

const familyOf = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4')
/** Of every connection that a proxy on this machine or beside it makes: behind one that is not named, all readers are it. */
const NEAR = blockList(
  [
    ...['127.0.0.0/8', '10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '100.64.0.0/10'],
    ...['::1/128', 'fc00::/7', 'fe80::/10'],
  ].map((one) => ({ address: one.split('/')[0] ?? '', bits: Number(one.split('/')[1]) })),
)

function blockList(proxies: readonly Proxy[]): BlockList {
  const list = new BlockList()
  for (const { address, bits } of proxies) list.addSubnet(address, bits, familyOf(address))
  return list
}

/** A header of more hops than this was not written by proxies. */
const MOST_HOPS = 20

/**
 * The network of a client: its IPv4 address, or the /64 of its IPv6 address. Null: not known, and nothing may be counted by
 * it, or one reader would use up what others have.
 *
 * @param peer the other end of the connection
 * @param forwarded `X-Forwarded-For`, which is whatever the sender wrote, but for what trusted proxies added at its end
 */
export function networkOf(
  peer: string | undefined,
  forwarded: string | undefined,
  trusted: readonly Proxy[],
): string | null {
  const known = blockList(trusted)
  const isTrusted = (address: string) => known.check(address, familyOf(address))
  const near = plainAddress(peer ?? '')
  if (near === null) return null
  if (!isTrusted(near))
    return NEAR.check(near, familyOf(near)) && trusted.length === 0 ? null : prefixOf(near)
  // From the end: each proxy adds whom it spoke with, and what stands before the first stranger is the stranger's.
  const hops = (forwarded ?? '').slice(-2000).split(',').slice(-MOST_HOPS)
  for (const hop of hops.toReversed()) {
    const address = plainAddress(hop.trim())
    if (address === null) return null
    if (!isTrusted(address)) return prefixOf(address)
  }
  return null
}

/** Without a port, brackets or zone, and IPv4 as IPv4; null: no address. */
function plainAddress(text: string): string | null {
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+(?:\.\d+){3}):\d+$/.exec(text)?.[1] ?? text
  const address = bare.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.)/i, '')
  return isIP(address) === 0 ? null : address
}

function prefixOf(address: string): string {
  if (isIP(address) === 4) return address
  const [head = '', tail] = address.toLowerCase().split('::')
  const groups = (part: string) => part.split(':').filter((group) => group !== '')
  const before = groups(head)
  const after = groups(tail ?? '')
  // An address in IPv6 that ends as one of IPv4 has a group less than it shows; only the first four are wanted.
  const missing = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length)
  const whole = [...before, ...Array.from({ length: missing }, () => '0'), ...after]
  return `${whole
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}

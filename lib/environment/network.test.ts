import { expect, test } from 'vitest'
import { networkOf, parseProxies } from './network.ts'

const proxies = (text: string) => {
  const read = parseProxies(text)
  if (!read.ok) throw new Error(read.error)
  return read.value
}

test.each([
  ['an address of IPv4 is a network', '203.0.113.7', '203.0.113.7'],
  ['so is one in IPv6 clothes', '::ffff:203.0.113.7', '203.0.113.7'],
  ['of IPv6 the first 64 bits are', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['with what :: leaves out', '2001:db8::1', '2001:db8:0:0::/64'],
  ['this machine is nobody, without a named proxy', '127.0.0.1', null],
  ['nor is a private network', '10.1.2.3', null],
  ['nor is nothing', undefined, null],
])('%s', (_, peer, network) => {
  expect(networkOf(peer, undefined, [])).toBe(network)
})

test('what a client writes into X-Forwarded-For is believed of nobody', () => {
  expect(networkOf('203.0.113.7', '198.51.100.1', [])).toBe('203.0.113.7')
  expect(networkOf('203.0.113.7', '198.51.100.1', proxies('127.0.0.1'))).toBe('203.0.113.7')
  expect(networkOf('127.0.0.1', '198.51.100.1', [])).toBeNull()
})

test('a trusted proxy says whom it spoke with, and what stands before is the sender\u2019s own', () => {
  const trusted = proxies('127.0.0.1, 10.0.0.0/8 fd00::/8')
  expect(networkOf('127.0.0.1', '1.1.1.1, 203.0.113.7', trusted)).toBe('203.0.113.7')
  expect(networkOf('::ffff:127.0.0.1', '1.1.1.1, 203.0.113.7, 10.9.9.9', trusted)).toBe('203.0.113.7')
  expect(networkOf('fd00::1', '[2001:db8::9]:4711', trusted)).toBe('2001:db8:0:0::/64')
  expect(networkOf('127.0.0.1', '203.0.113.7, unknown', trusted)).toBeNull()
  expect(networkOf('127.0.0.1', undefined, trusted)).toBeNull()
  expect(networkOf('127.0.0.1', '10.0.0.1, 10.0.0.2', trusted)).toBeNull()
})

test('a header of any length is answered', () => {
  const trusted = proxies('127.0.0.1')
  expect(networkOf('127.0.0.1', `${'9.9.9.9,'.repeat(100_000)}203.0.113.7`, trusted)).toBe('203.0.113.7')
  expect(networkOf('127.0.0.1', '127.0.0.1,'.repeat(100_000), trusted)).toBeNull()
})

test.each(['', '10.0.0.0/33', 'proxy.example.org', '10.0.0.0/8/8', '::/129', '10.0.0.1/x'])(
  '%s names no proxies',
  (text) => {
    expect(parseProxies(text).ok).toBe(false)
  },
)

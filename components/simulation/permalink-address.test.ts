import { expect, test } from 'vitest'
import { permalinkAddress } from './permalink-address.ts'

test('a link from the newest revision names the revision that it was made on', () => {
  const link = (href: string) => permalinkAddress(href, 'io-uring-futex', 2, '#sim-run=v:a')
  expect(link('https://x.example/rfc/io-uring-futex#old')).toBe(
    'https://x.example/rfc/io-uring-futex/v2#sim-run=v:a',
  )
  expect(link('https://x.example/rfc/io-uring-futex/v1')).toBe(
    'https://x.example/rfc/io-uring-futex/v1#sim-run=v:a',
  )
  expect(link('https://x.example/rfc/io-uring-futex/models/m?variant=a')).toBe(
    'https://x.example/rfc/io-uring-futex/models/m?variant=a#sim-run=v:a',
  )
})

test('what the fragment says of the story, the query does not contradict', () => {
  const href = 'https://x.example/rfc/p/models/m?variant=a&process=0&process=2&variable=lock'
  expect(permalinkAddress(href, 'p', 2, '#sim-run=v:a;w:1')).toBe(
    'https://x.example/rfc/p/models/m?variant=a#sim-run=v:a;w:1',
  )
})

import { notFound, permanentRedirect, redirect } from 'next/navigation'
import { expect, test } from 'vitest'
import { isArrival } from './keep-words.ts'

const arrives = (leads: () => never) => isArrival(thrownBy(leads), ['/sign-in', '/problem'])

function thrownBy(leads: () => never): unknown {
  try {
    return leads()
  } catch (error) {
    return error
  }
}

test('words arrived when their form leads on, and not when it leads to signing in, to a problem or to nothing', () => {
  expect(arrives(() => redirect('/rfc/lazy-copies/edit?done=begun'))).toBe(true)
  expect(arrives(() => permanentRedirect('/me#mail'))).toBe(true)
  expect(arrives(() => redirect('/sign-in?next=%2Frfc'))).toBe(false)
  expect(arrives(() => redirect('https://review.example.org/sign-in'))).toBe(false)
  expect(arrives(() => redirect('/problem?kind=damaged'))).toBe(false)
  expect(arrives(notFound)).toBe(false)
  expect(isArrival(new Error('the network'), [])).toBe(false)
})

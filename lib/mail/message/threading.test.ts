import { expect, test } from 'vitest'
import type { Message, MessageId } from './message.ts'
import { inThreadOrder } from './threading.ts'

function mail(id: string, parent: string | null): Message {
  return {
    messageId: id as MessageId,
    inReplyTo: parent as MessageId | null,
    references: [],
    from: { name: '', address: 'a@b.example' },
    to: [],
    cc: [],
    date: { epochSeconds: 0, offsetMinutes: 0 },
    subject: id,
    note: null,
    body: 'x\n',
  }
}

const listed = (...mails: Message[]) =>
  inThreadOrder(mails).map(({ message, depth }) => `${'.'.repeat(depth)}${message.messageId}`)

test('answers are listed below what they answer, in the order in which they come', () => {
  const mails = [
    mail('cover', null),
    mail('1', 'cover'),
    mail('2', 'cover'),
    mail('1a', '1'),
    mail('1b', '1'),
    mail('1aa', '1a'),
  ]
  expect(listed(...mails)).toEqual(['cover', '.1', '..1a', '...1aa', '..1b', '.2'])
})

test('an answer to a mail that is not there starts a thread', () => {
  expect(listed(mail('a', null), mail('b', 'gone'))).toEqual(['a', 'b'])
})

test('a thread may be deeper than a stack', () => {
  const mails = Array.from({ length: 20_000 }, (_, i) => mail(`${i}`, i === 0 ? null : `${i - 1}`))
  expect(inThreadOrder(mails).at(-1)?.depth).toBe(19_999)
})

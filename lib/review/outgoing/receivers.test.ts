import { expect, test } from 'vitest'
import type { Message, MessageId } from '#lib/mail/message/message.ts'
import { isSafeMessageId } from '#lib/mail/message/message-id.ts'
import { addressedTo, proposeReceivers, publicOnly, receiversOf } from './receivers.ts'
import { reflected, reflectedTo } from './reflect.ts'

const cover = {
  area: 'io_uring/futex',
  authors: ['Ünal Größe <unal@example.org>', 'Second <second@example.org>'],
  to: ['linux-kernel@vger.kernel.org'],
  cc: ['Reva <reva@example.net>', 'UNAL@example.org'],
}
const participants = [
  { box: { name: 'Reva again', address: 'Reva@example.net' }, threads: [4] },
  { box: { name: 'Mika', address: 'mika@example.net' }, threads: [1, 2, 5, 9] },
  { box: { name: 'X', address: 'person-00000000-0000-4000-8000-000000000001@example.org' }, threads: [3] },
]

test('receivers come from cover, area, authors and threads, each once, and never the sender', () => {
  const all = proposeReceivers(cover, participants)
  expect(all.map(({ as, box, why }) => `${as} ${box.address}: ${why}`)).toEqual([
    'to linux-kernel@vger.kernel.org: named in the cover',
    'cc io-uring@vger.kernel.org: list of io_uring/futex',
    'cc reva@example.net: named in the cover',
    'cc second@example.org: author',
    'cc mika@example.net: wrote in threads 1, 2, 5 …',
  ])
  expect(publicOnly(all).map(({ box }) => box.address)).toEqual([
    'linux-kernel@vger.kernel.org',
    'io-uring@vger.kernel.org',
  ])
})

test('a mail always has somebody in To, whatever was chosen', () => {
  const all = proposeReceivers(cover, participants)
  expect(receiversOf(all).to).toHaveLength(1)
  const onlyCc = receiversOf(all.filter(({ as }) => as === 'cc'))
  expect(onlyCc.to.map(({ address }) => address)).toEqual(['io-uring@vger.kernel.org'])
  expect(onlyCc.cc).toHaveLength(3)
})

test('an area nobody knows adds no list, whatever its name is', () => {
  for (const area of ['toString', '__proto__', 'constructor', '', 'x/y']) {
    expect(proposeReceivers({ ...cover, area }, []).filter(({ isList }) => isList)).toHaveLength(1)
  }
})

const message = (id: string, parent: string | null): Message => ({
  messageId: id as MessageId,
  inReplyTo: parent as MessageId | null,
  references: parent === null ? [] : [parent as MessageId],
  from: { name: '', address: 'a@example.org' },
  to: [{ name: '', address: 'list@example.org' }],
  cc: [],
  date: { epochSeconds: 0, offsetMinutes: 0 },
  subject: 'x',
  note: null,
  body: 'x\n',
})

test('a look at the series has ids of its own that lists would take, threaded as the series is', () => {
  const long = `${'a'.repeat(225)}-v1`
  for (const name of ['20260101-x', long]) {
    const series = [
      message(`${name}-0@example.org`, null),
      message(`${name}-1@example.org`, `${name}-0@example.org`),
    ]
    for (const look of [reflected(series, 1), reflected(series, 12)]) {
      const ids = look.map(({ messageId }) => messageId)
      expect(new Set([...ids, ...series.map(({ messageId }) => messageId)]).size).toBe(4)
      for (const id of ids) expect(isSafeMessageId(id), id).toBe(true)
      expect(look[1]?.inReplyTo).toBe(ids[0])
      expect(look[1]?.references).toEqual([ids[0]])
      expect(look[0]?.to).toEqual(series[0]?.to)
    }
    expect(reflected(series, 1)[0]?.messageId).not.toBe(reflected(series, 2)[0]?.messageId)
  }
  const box = { name: '', address: 'me@example.org' }
  expect(reflectedTo([message('x@example.org', null)], box)[0]).toMatchObject({ to: [box], cc: [] })
})

test('the receivers that were chosen stand in the headers, and nothing else of the mails changes', () => {
  const series = [message('x@example.org', null)]
  const chosen = {
    to: [{ name: 'L', address: 'l@example.org' }],
    cc: [{ name: 'M', address: 'm@example.org' }],
  }
  expect(addressedTo(series, chosen)).toEqual([{ ...series[0], ...chosen }])
})

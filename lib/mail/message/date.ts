/**
 * Dates of mail: an instant and the zone that its author wrote it in.
 *
 * A mail's date is part of what the bundle says, so it is never converted to the zone of the machine that
 * exports it. All arithmetic is on seconds since 1970 in UTC; `Date` is used as a calendar only (its UTC
 * half), never as a clock.
 */
import { err, ok, type Result } from '#lib/result.ts'

export type MailDate = {
  /** Whole seconds since 1970-01-01T00:00:00Z. */
  readonly epochSeconds: number
  /** East of Greenwich is positive: 120 for `+0200`. */
  readonly offsetMinutes: number
}

export type DateProblem = { readonly kind: 'not-a-date'; readonly text: string }

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)$/
const RFC_5322 = new RegExp(
  `^(?:(?:${WEEKDAYS.join('|')}), )?\\s*(\\d{1,2}) (${MONTHS.join('|')}) (\\d{4}) (\\d\\d):(\\d\\d):(\\d\\d) ([+-]\\d{4})$`,
)

/** `2021-06-14T10:00:00+02:00`, as front matter has it. Fractions of a second are cut off. */
export function parseRfc3339(text: string): Result<MailDate, DateProblem> {
  const m = RFC_3339.exec(text)
  if (!m) return err({ kind: 'not-a-date', text })
  const [, year, month, day, hour, minute, second, zone] = m as unknown as string[]
  const offset = zone === 'Z' ? '+0000' : (zone ?? '').replace(':', '')
  return instant(text, [year, month, day, hour, minute, second].map(Number), offset)
}

/** The form that mail headers use. Obsolete zones (`GMT`, `EST`) and missing seconds are not read. */
export function parseRfc5322Date(text: string): Result<MailDate, DateProblem> {
  const m = RFC_5322.exec(text.trim())
  if (!m) return err({ kind: 'not-a-date', text })
  const [, day, month, year, hour, minute, second, zone] = m as unknown as string[]
  const monthNumber = MONTHS.indexOf(month as (typeof MONTHS)[number]) + 1
  return instant(text, [Number(year), monthNumber, ...[day, hour, minute, second].map(Number)], zone ?? '')
}

/** `Mon, 14 Jun 2021 10:00:00 +0200` */
export function formatRfc5322Date(date: MailDate): string {
  const c = civil(date)
  return `${c.weekday}, ${c.day} ${c.month} ${c.year} ${c.time}:${pad(c.second)} ${zoneOf(date)}`
}

/** `Mon, Jun 14 2021 at 10:00`: how an attribution line names a moment, in its author's own zone. */
export function formatAttributionDate(date: MailDate): string {
  const c = civil(date)
  return `${c.weekday}, ${c.month} ${pad(c.day)} ${c.year} at ${c.time}`
}

/** `20210614`: the day in UTC, whatever zone the date was written in. */
export function utcDay(date: MailDate): string {
  return new Date(date.epochSeconds * 1000).toISOString().slice(0, 10).replaceAll('-', '')
}

export function addSeconds(date: MailDate, seconds: number): MailDate {
  return { ...date, epochSeconds: date.epochSeconds + seconds }
}

/** The English weekday of the date in its own zone, as the header names it. */
export function weekdayOf(date: MailDate): string {
  return civil(date).weekday
}

function instant(text: string, fields: readonly number[], zone: string): Result<MailDate, DateProblem> {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields
  const offsetMinutes =
    (zone[0] === '-' ? -1 : 1) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3, 5)))
  const local = Date.UTC(year, month - 1, day, hour, minute, second)
  // Date.UTC rolls 30 February over into March; such a day does not exist. Years below 1900 are not mail.
  const calendar = new Date(local)
  const exists =
    year >= 1900 &&
    calendar.getUTCFullYear() === year &&
    calendar.getUTCMonth() === month - 1 &&
    calendar.getUTCDate() === day &&
    calendar.getUTCHours() === hour &&
    minute < 60 &&
    second < 60 &&
    Number(zone.slice(3, 5)) < 60 &&
    Math.abs(offsetMinutes) < 24 * 60
  if (!exists) return err({ kind: 'not-a-date', text })
  // `-0` and `0` are the same zone; Object.is tells them apart.
  return ok({ epochSeconds: local / 1000 - offsetMinutes * 60, offsetMinutes: offsetMinutes || 0 })
}

function civil(date: MailDate) {
  const local = new Date((date.epochSeconds + date.offsetMinutes * 60) * 1000)
  return {
    weekday: WEEKDAYS[local.getUTCDay()] ?? '',
    day: local.getUTCDate(),
    month: MONTHS[local.getUTCMonth()] ?? '',
    year: String(local.getUTCFullYear()).padStart(4, '0'),
    time: `${pad(local.getUTCHours())}:${pad(local.getUTCMinutes())}`,
    second: local.getUTCSeconds(),
  }
}

function zoneOf(date: MailDate): string {
  const minutes = Math.abs(date.offsetMinutes)
  return `${date.offsetMinutes < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}${pad(minutes % 60)}`
}

function pad(n: number): string {
  return String(n).padStart(2, '0')
}

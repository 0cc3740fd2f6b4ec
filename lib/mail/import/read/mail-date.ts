/**
 * The Date header as the world writes it: obsolete zones, comments, missing seconds and weekdays, two-digit years.
 * All of it is put into the one form that the strict reader knows; what is then still no date is none.
 */
import { type MailDate, parseRfc5322Date } from '#lib/mail/message/date.ts'

/** RFC 5322, 4.3. A single military letter says nothing (RFC 2822 had them backwards): read as UTC. */
const ZONES: Readonly<Record<string, string>> = {
  UT: '+0000',
  UTC: '+0000',
  GMT: '+0000',
  EST: '-0500',
  EDT: '-0400',
  CST: '-0600',
  CDT: '-0500',
  MST: '-0700',
  MDT: '-0600',
  PST: '-0800',
  PDT: '-0700',
  CET: '+0100',
  CEST: '+0200',
}

const DATE =
  /^(?:[a-z]{3,9}\s*,?\s+)?(\d{1,2})[\s-]+([a-z]{3})[a-z]{0,6}[\s-]+(\d{4}|\d{2})\s+(\d{1,2}):(\d\d)(?::(\d\d))?(?:\.\d{1,9})?\s*([+-]\d\d:?\d\d|(?![ap]m$)[a-z]{1,4})?$/i

/** As `asctime` writes it and archives keep it: the year last, the zone before or behind it, if there is one. */
const ASCTIME =
  /^(?:[a-z]{3,9}\s*,?\s+)?([a-z]{3})[a-z]{0,6}\s+(\d{1,2})\s+(\d{1,2}:\d\d(?::\d\d)?)\s+(?:([+-]\d{4}|[a-z]{1,4})\s+)?(\d{4})(?:\s+([+-]\d{4}|[a-z]{1,4}))?$/i

/** Before the format of mails itself (RFC 822, August 1982). */
const FIRST_MAIL = Date.UTC(1982, 7, 1) / 1000

export function parseMailDate(header: string): MailDate | null {
  const text = header
    .slice(0, 200)
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(ASCTIME, (_, month, day, time, before = '', year, behind = '') =>
      `${day} ${month} ${year} ${time} ${behind || before}`.trim(),
    )
  const m = DATE.exec(text)
  if (!m) return null
  const [, day = '', month = '', year = '', hour = '', minute = '', second, zone] = m
  const named = (zone ?? 'UTC').toUpperCase()
  const offset = /^[+-]/.test(named) ? named.replace(':', '') : (ZONES[named] ?? '+0000')
  const fullYear = year.length === 4 ? year : String(Number(year) + (Number(year) < 50 ? 2000 : 1900))
  const monthName = month.slice(0, 1).toUpperCase() + month.slice(1).toLowerCase()
  const strict = `${Number(day)} ${monthName} ${fullYear} ${hour.padStart(2, '0')}:${minute}:${second === '60' ? '59' : (second ?? '00')} ${offset}`
  const date = parseRfc5322Date(strict)
  // What a machine without a clock writes is none.
  return date.ok && date.value.epochSeconds >= FIRST_MAIL ? date.value : null
}

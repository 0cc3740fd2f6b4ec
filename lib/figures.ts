/**
 * How numbers are written for people: the same on page, in mail and on the command line, and the same on every machine.
 * That is why no locale is asked: those of server, browser and terminal are three.
 */

/** `figure(1234, 'state')` is "1,234 states". `plural`: what more than one has behind it. */
export function figure(count: number, unit: string, plural = 's'): string {
  return `${groupDigits(count)} ${unit}${count === 1 ? '' : plural}`
}

/** 1234567 → "1,234,567": the same everywhere, whatever the locale of server and browser. */
export function groupDigits(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** A measured number as it was given, its digits grouped before the point: 16679.25 is "16,679.25". */
export function plainNumber(value: number): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(.*)$/.exec(String(value)) ?? []
  return `${sign}${groupDigits(Number(whole))}${rest}`
}

/** Milliseconds as a reader compares them: "84 ms", "1.3 s", "2 min 5 s". */
export function durationWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** Bytes in KiB or MiB: "312 KiB", "14.2 MiB". */
export function bytesWords(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.ceil(bytes / 1024)} KiB`
  return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`
}

/**
 * The log of the app, read after all journeys: no error stands in it, and no word and no
 * secret of a person. What they typed, sent and were given is in the database, which is asked what must not be there.
 */
import pg from 'pg'

/**
 * Errors that are none of the program: a machine that has no time left for the database, which readers were told. A journey
 * that met it has failed by itself.
 */
const EXCUSED = new Set(['the database is away'])

/** What journeys type as passwords: the database has their hashes alone. */
const PASSWORDS = [
  'correct horse',
  'nine lanterns in the fog',
  'something else entirely',
  'the password of another',
  'not the old one',
  'basketball99',
  'coherent1234',
]

/** Everything below may be looked for; what is shorter is also a word of the program. */
const LEAST = 10

/** Of a row, which the log may name. */
const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

const TEXTS = [
  'SELECT body FROM comment',
  'SELECT body FROM comment_version',
  'SELECT name FROM person',
  'SELECT address FROM person_address',
  'SELECT email FROM auth_user',
  'SELECT token FROM auth_session',
  'SELECT password FROM auth_account',
  'SELECT value FROM auth_verification',
  'SELECT identifier FROM auth_verification',
  'SELECT message_id FROM incoming_mail',
  'SELECT subject FROM incoming_mail',
  'SELECT author_name FROM incoming_mail',
  'SELECT author_address FROM incoming_mail',
  `SELECT encode(bytes, 'escape') FROM incoming_mail`,
  'SELECT block_reason FROM person',
  'SELECT clear_condition FROM thread',
  'SELECT override_reason FROM thread',
  'SELECT decision_reason FROM proposal',
  'SELECT words FROM stance',
  'SELECT body FROM review_draft',
]

/** Lines of what people typed, sent or were given; each once. */
export async function privateTexts(url) {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const lines = new Set(PASSWORDS)
    for (const text of TEXTS)
      for (const [value] of (await client.query({ text, rowMode: 'array' })).rows)
        for (const line of String(value ?? '').split('\n'))
          if (line.trim().length >= LEAST && !ID.test(line.trim())) lines.add(line.trim().slice(0, 200))
    return [...lines]
  } finally {
    await client.end()
  }
}

/** A line of the launcher: `[  1.4 s] Coherent is at …`. */
const OF_THE_LAUNCHER = /^\[ *[\d.]+ s\] /
/** What is made by chance: a token, a cookie, a key. Ids of rows and of requests are none. */
const BY_CHANCE = /(?=[\w-]*[A-Z])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{20,}/

/**
 * Sentences about what the log should not have; none: it is as it should be.
 *
 * @param {string} log all that the app wrote, from the line that says where it is
 * @param {readonly string[]} texts what must not stand in it
 */
export function faultsOfLog(log, texts) {
  const faults = []
  const said = new Set()
  for (const line of log.split('\n').slice(1)) {
    if (line.trim() === '' || OF_THE_LAUNCHER.test(line)) continue
    const read = parsed(line)
    if (read === null) {
      faults.push(`a line that is none of the log: ${line.slice(0, 300)}`)
      said.add(line)
      continue
    }
    const { time: _, request: __, ms: ___, ...rest } = read
    const text = JSON.stringify(rest)
    if (said.has(text)) continue
    said.add(text)
    if ((rest.level === 'error' || rest.level === 'fatal') && !EXCUSED.has(rest.msg))
      faults.push(`an error: ${text}`)
    const chance = Object.values(rest)
      .map(String)
      .find((value) => BY_CHANCE.test(value))
    if (chance !== undefined) faults.push(`something like a token: ${text}`)
    if (text.includes('@')) faults.push(`something like an address: ${text}`)
  }
  const all = [...said].join('\n')
  // As JSON writes it, too.
  for (const one of texts)
    if (all.includes(one) || all.includes(JSON.stringify(one).slice(1, -1)))
      faults.push(`words of a person: ${one}`)
  return faults
}

function parsed(line) {
  try {
    const read = JSON.parse(line)
    return typeof read === 'object' && read !== null && typeof read.msg === 'string' ? read : null
  } catch {
    return null
  }
}

/**
 * The ladders: for each folder, its rooms from the lowest up. A room imports itself and rooms on rungs below it,
 * nothing else; rooms on one rung (an array) do not know each other.
 *
 * A room is a folder, a file, or `.` for the files that stand in the folder itself. A room inside another
 * (`import/read`) is not part of that other. Rooms that are not built yet stand here already: whoever builds one
 * finds its place. `samples/` folders are for tests and on no ladder.
 *
 * The rules (rules.cjs), their canaries (canaries.mjs) and the picture in ARCHITECTURE.md are made from this file or
 * compared with it; a file that lies in none of these rooms fails `npm run layers`.
 */
const LADDERS = {
  // The whole tree.
  '': [
    ['prisma', 'prisma.config.ts'],
    'lib',
    ['components', 'cli', 'scripts'],
    ['app', 'bench', '.'],
    'content',
    'e2e',
  ],

  lib: [
    [
      'result.ts',
      'figures.ts',
      'nearest-word.ts',
      'log-fence.ts',
      'database-trouble.ts',
      'database-away.server.ts',
      'stopping.server.ts',
      'version.server.ts',
    ],
    ['promela', 'mail', 'anchor', 'request'],
    'environment',
    'env.server.ts',
    ['simulation', 'writeup', 'log.server.ts'],
    'aside',
    ['db.server.ts', 'database-state.server.ts'],
    'auth.server.ts',
    'review',
  ],

  // A number means that every model passes through; what stands above the phases is used by some.
  'lib/promela': [
    ['source.ts', 'arithmetic.ts', 'cell-type.ts', 'engine-name.ts'],
    'diagnostic.ts',
    'ltl',
    '1-parse',
    '2-bind',
    '3-check',
    '4-lower',
    ['mutate', 'memory-order', 'reduce'],
    ['compile.ts', 'machine'],
    ['search', 'trace'],
    'emit',
    ['spin', 'experiment'],
    'shell',
  ],

  'lib/mail': ['message', 'text', 'lint', 'import/read', 'import', 'shell'],

  'lib/writeup': ['parse', 'blocks', 'list-text/ascii', ['page', 'list-text'], 'bundle'],

  'lib/review': [
    'person',
    'account',
    'event',
    'proposal',
    'claim',
    'revision',
    'copy',
    'comment',
    'suggestion',
    'thread',
    'gate',
    'objection',
    'stance',
    'batch',
    'outbox',
    'turn',
    'acts',
    'search',
    'feed',
    'export',
    'draft',
    ['incoming', 'outgoing'],
    'queue',
    'heavy',
  ],

  components: [
    'ui',
    ['site', 'person', 'proposal', 'gate', 'search', 'thread', 'simulation'],
    ['writeup', 'export', 'outgoing', 'incoming', 'keys'],
    'reading',
    'draft',
  ],

  'components/simulation': ['setting', 'check', 'run', 'source', 'experiment', '.'],
}

/** A folder's rooms with the number of their rung, lowest first. */
function roomsOf(folder) {
  return LADDERS[folder].flatMap((rung, height) => [rung].flat().map((name) => ({ name, height })))
}

const isFile = (name) => /\.[a-z]+$/.test(name)
const literal = (text) => text.replaceAll('.', '\\.')

/** A regular expression, as text, for the paths of all files of a room. */
function pathsOf(folder, name) {
  const prefix = folder === '' ? '^' : `^${folder}/`
  if (name === '.') {
    // With an ending: `crypto` is nobody's file. Files that are rooms of their own are not among them.
    const own = roomsOf(folder).filter((room) => isFile(room.name) && room.name !== '.')
    const others = own.length > 0 ? `(?!${own.map((room) => `${literal(room.name)}$`).join('|')})` : ''
    return `${prefix}${others}[^/]+\\.[a-z]+$`
  }
  if (isFile(name)) return `${prefix}${literal(name)}$`
  const inner = roomsOf(folder)
    .filter((room) => room.name.startsWith(`${name}/`))
    .map((room) => `${room.name.slice(name.length + 1)}/`)
  return `${prefix}${name}/${inner.length > 0 ? `(?!${inner.join('|')})` : ''}`
}

/** The rooms that a room may not import: its neighbours on the rung, and all above. */
function closedTo(folder, room) {
  return roomsOf(folder).filter((other) => other.name !== room.name && other.height >= room.height)
}

module.exports = { LADDERS, roomsOf, pathsOf, closedTo, isFile }

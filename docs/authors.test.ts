import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { parseWriteup } from '#lib/writeup/parse/parse.ts'
import { coherent } from '../cli/coherent.ts'

const text = readFileSync(join(import.meta.dirname, 'authors.md'), 'utf8')

const problemsOf = (body: string) => {
  const parsed = parseWriteup({
    file: 'problem.mdx',
    writeup: 'problem',
    source: `---\ntitle: x\n---\n\n${body}\n`,
  })
  return parsed.ok ? [] : parsed.error
}

test('what the page for authors shows as accepted is accepted', () => {
  const examples = [...text.matchAll(/<!-- accepted -->\n(```|~~~)mdx\n([\s\S]*?)\n\1/g)].map(
    ([, , body = '']) => body,
  )
  expect(examples).toHaveLength(2)
  for (const body of examples) expect(problemsOf(body)).toEqual([])
})

test('what it says is refused is refused, and what it says to write is what the message says', () => {
  for (const [wrong, right] of [
    ['takes <10s', '`\\<`'],
    ['<linux/futex.h>', '`\\<`'],
    ['{ a, b }', '`\\{`'],
    ['one<br>two', '`\\`'],
    ['<details>\n\nx\n\n</details>', '<Details summary="…">'],
    ['<b>x</b>', '**words**'],
    ['<Note>\nx', '</Note>'],
    ['<Note kind=x>\nx\n</Note>', '"'],
    ['##Heading', 'blank'],
    ['```c\nx', 'one sign more'],
    ['| a |\n| - |\n| `b | c` |', '\\|'],
    ['[some words][name]\n\n[other]: https://a.example', '[name]: https://…'],
    ['$O(n^2)$', 'words'],
    ['```mermiad\nx\n```', '`mermaid`'],
  ] as const)
    expect(problemsOf(wrong)[0]?.message).toContain(right)
})

/** A line of a shell as words: quotes keep blanks, and a comment ends it. */
const wordsOf = (line: string) =>
  [...line.replace(/\s#\s.*$/, '').matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  )

async function run(args: readonly string[]): Promise<{ code: number; out: string }> {
  let out = ''
  const spies = (['log', 'error'] as const).map((name) =>
    vi.spyOn(console, name).mockImplementation((line) => {
      out += `${line}\n`
    }),
  )
  try {
    return { code: await coherent(args), out }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

const commands = [...text.matchAll(/^(?:\s+- run: )?npx coherent (.*)$/gm)].map(([, line = '']) =>
  wordsOf(line),
)

test('each command of the page is one that there is, with options that it has', async () => {
  expect(commands.length).toBeGreaterThan(10)
  for (const [verb = '', ...args] of commands) {
    const { code, out } = await run([verb, '--help'])
    expect(code, verb).toBe(0)
    for (const option of args.filter((arg) => /^--?[a-z]/.test(arg))) expect(out, verb).toContain(option)
  }
})

test('the vocabulary of the page is one that the template’s model has words from, and names all of it', async () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'authors-')), 'words')
  const [, example = ''] = /<!-- vocabulary: [^>]*-->\n```yaml\n([\s\S]*?)```/.exec(text) ?? []
  try {
    expect((await run(['new', folder])).code).toBe(0)
    const cover = join(folder, 'cover.mdx')
    const [front = '', rest = ''] = readFileSync(cover, 'utf8').split(/(?<=^ {6}as-designed: \{\}\n)/m)
    const body = rest.slice(rest.indexOf('\n---') + 1)
    const put = (words: string) => writeFileSync(cover, `${front}${words.replace(/^(?=.)/gm, '    ')}${body}`)
    put(example)
    const named = await run(['check', folder])
    expect(named.out).toContain('NOT AS CLAIMED')
    expect(named.out).not.toContain('note:')
    put('')
    expect((await run(['check', folder])).out).toMatch(
      /note: .*cover\.mdx:\d+:\d+: the model `hand-over` has no `vocabulary`/,
    )
    put(example.replace('waker: the waker', 'wakker: the waker'))
    expect((await run(['check', folder])).out).toContain(
      'has no process `wakker`: there is `waiter`, `waker`.',
    )
  } finally {
    rmSync(join(folder, '..'), { recursive: true })
  }
})

test('what the page begins with is run: a folder, and a check that tells what is still the template’s', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'authors-'))
  const inFolder = (args: readonly string[]) =>
    args.map((arg) => (arg === 'ring-waits' ? join(folder, arg) : arg))
  try {
    const [begin, check] = [
      commands.find(([verb]) => verb === 'new'),
      commands.find(([verb]) => verb === 'check'),
    ]
    expect((await run(inFolder(begin ?? []))).code).toBe(0)
    const checked = await run(inFolder(check ?? []))
    expect(checked.code).toBe(1)
    expect(checked.out).toContain('NOT AS CLAIMED')
    expect(checked.out).not.toContain('Your Name')

    // The recipe for a CI: a workflow, whose last step is that check.
    const [, yaml = ''] = /<!-- run by the test of this page -->\n```yaml\n([\s\S]*?)```/.exec(text) ?? []
    const { jobs } = parse(yaml)
    const steps: { run?: string }[] = jobs.check.steps
    const scripts = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')).scripts
    for (const [, script = ''] of yaml.matchAll(/npm run ([\w:-]+)/g))
      expect(scripts).toHaveProperty([script])
    const [verb = '', path = ''] = wordsOf((steps.at(-1)?.run ?? '').replace('npx coherent ', ''))
    expect([verb, path]).toEqual(['check', '../proposal'])
    expect((await run([verb, join(folder, 'ring-waits')])).code).toBe(1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

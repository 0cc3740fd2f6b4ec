import { randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { headerOf } from '#lib/mail/import/read/parsed-mail.ts'
import { mailsOf } from '#lib/mail/shell/mail-files.ts'
import { parseMail } from '#lib/mail/shell/parse.ts'
import { err, ok, type Result } from '#lib/result.ts'
import {
  bundleOfDesign,
  type Design,
  designOfMarkdown,
  designOfText,
  withHead,
  withTitleInText,
} from '#lib/writeup/bundle/import-design.ts'
import { mendBundle } from '#lib/writeup/bundle/mend-bundle.ts'
import { beginProposal } from '#lib/writeup/bundle/new-bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { checkFilesWhole } from '#lib/writeup/bundle/read-bundle.server.ts'
import { templateFiles } from '#lib/writeup/bundle/template.server.ts'
import { WRITEUP_IDS } from '#lib/writeup/parse/document-id.ts'
import { exitCode } from './exit-code.ts'
import { FIELD_OPTIONS, fieldsWrong, titleOfFolder, writeNewFolder } from './new-folder.ts'
import { defineVerb, wrongUse } from './verb.ts'

const KINDS = ['markdown', 'text', 'mail'] as const
type Kind = (typeof KINDS)[number]
const isKind = (text: string): text is Kind => (KINDS as readonly string[]).includes(text)

/** A bundle holds 8 MB; a design of words is far below. */
const MOST_BYTES = 2 * 1024 * 1024

/** YES: the folder is there. NO: something of the file cannot stand in a bundle, and nothing was written. */
export const importDesign = defineVerb(
  {
    name: 'import-design',
    operands: 'FILE DIR',
    least: 2,
    most: 2,
    about: `A design that somebody already has, as a folder of a proposal: Markdown, a text without markup, or a mail. Each section goes
to the write-up that its heading is about, the rest to the cover, in front of the prompts that \`coherent new\` writes; nothing is
dropped. A passage that cannot be read as our Markdown stands as it was typed, or as code.`,
    options: {
      as: {
        type: 'string',
        value: 'KIND',
        says: `${KINDS.join(', ')}; without it by the file's name and its first lines`,
        check: (value: string) => (isKind(value) ? null : `is one of ${KINDS.join(', ')}`),
      },
      ...FIELD_OPTIONS,
    },
  },
  async ({ values, operands: [file = '', dir = ''] }) => {
    const read = await readDesign(file, values.as !== undefined && isKind(values.as) ? values.as : null)
    if (!read.ok) return wrongUse('import-design', read.error)
    const folder = resolve(dir)
    const [template, questionnaires] = await Promise.all([templateFiles(), instanceQuestionnaires()])
    const begin = (title: string) =>
      beginProposal(
        {
          title,
          area: values.area ?? '',
          authors: values.author ?? read.value.authors,
          to: values.to ?? read.value.to,
          questionnaire: values.questionnaire ?? questionnaires[0]?.id ?? '',
        },
        template,
        questionnaires,
        {
          date: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
          hex: randomBytes(4).toString('hex'),
        },
      )
    let design = read.value.design
    const own = values.title ?? design.title
    let begun = begin(own ?? titleOfFolder(folder))
    if (values.title !== undefined) design = withTitleInText(design)
    else if (!begun.ok && begun.error.every(({ field }) => field === 'title')) {
      // Too long for a subject: it stays in the text.
      design = withTitleInText(design)
      begun = begin(titleOfFolder(folder))
    }
    if (!begun.ok) return wrongUse('import-design', fieldsWrong(begun.error))
    const files = await bundleOfDesign(
      design,
      begun.value.files,
      (some) => mendBundle(some, questionnaires),
      async (some) => {
        const checked = await checkFilesWhole(some, questionnaires)
        return checked.ok ? [] : checked.error
      },
    )
    const checked = await checkFilesWhole(files, questionnaires)
    if (!checked.ok) {
      for (const { file: at, line, column, message } of checked.error)
        console.error(`${at}:${line}:${column}: ${message}`)
      console.error(`coherent import-design: ${file} does not fit into a bundle; nothing was written.`)
      return exitCode.NO
    }
    const wrong = await writeNewFolder(folder, files)
    if (wrong !== null) return wrongUse('import-design', `${dir} ${wrong}`)
    const counts = ['cover' as const, ...WRITEUP_IDS].map(
      (id) => `${design.passages.get(id)?.length ?? 0} in ${id}.mdx`,
    )
    console.log(`${dir}: passages: ${counts.join(', ')}. Next:
  coherent check ${dir}      what is open
  coherent preview ${dir}    the page, while you write`)
    return exitCode.YES
  },
)

type ReadDesign = {
  readonly design: Design
  readonly authors: readonly string[]
  readonly to: readonly string[]
}

async function readDesign(file: string, asked: Kind | null): Promise<Result<ReadDesign, string>> {
  const bytes = await readBounded(file)
  if (!bytes.ok) return bytes
  const beginning = new TextDecoder('latin1').decode(bytes.value.subarray(0, 4096))
  const kind = asked ?? kindOf(file, beginning)
  if (kind === 'mail') return designOfMail(file)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.value)
  } catch {
    return err(`${file} is not UTF-8 text; save it as UTF-8`)
  }
  const design = kind === 'markdown' ? designOfMarkdown(text) : designOfText(text)
  return ok({ design, authors: [], to: [] })
}

async function readBounded(file: string): Promise<Result<Uint8Array, string>> {
  try {
    const handle = await open(file, 'r')
    try {
      const stat = await handle.stat()
      if (!stat.isFile()) return err(`${file} is not a file`)
      if (stat.size > MOST_BYTES) return err(`${file} has ${stat.size} bytes; at most ${MOST_BYTES} fit`)
      return ok(await handle.readFile())
    } finally {
      await handle.close()
    }
  } catch {
    return err(`${file} cannot be read`)
  }
}

function kindOf(file: string, beginning: string): Kind {
  const name = extname(file).toLowerCase()
  if (name === '.eml' || name === '.mbox') return 'mail'
  if (['.md', '.markdown', '.mdx', '.mkd'].includes(name)) return 'markdown'
  const head = beginning.split(/\r?\n\r?\n/)[0] ?? ''
  const isMail = /^From:/im.test(head) && /^(?:Subject|Message-ID|Date):/im.test(head)
  if (isMail) return 'mail'
  // A text whose headings are Markdown's.
  return /^#{1,6} \S/m.test(beginning) ? 'markdown' : 'text'
}

async function designOfMail(file: string): Promise<Result<ReadDesign, string>> {
  const mails: Uint8Array[] = []
  for await (const mail of mailsOf(file)) {
    mails.push(mail)
    if (mails.length > 1) return err(`${file} holds more than one mail; save the one with the design alone`)
  }
  const [only] = mails
  const mail = only ? await parseMail(only, new Date()) : null
  if (!mail?.ok) return err(`${file} is no mail that can be read`)
  const { subject, author, text, attachments } = mail.value
  const design = designOfText(text)
  const title = subject.replace(/^(?:(?:re|fwd?|aw):\s*|\[[^\]]*\]\s*)+/i, '').trim()
  const head = ['From', 'To', 'Cc', 'Date', 'Subject'].flatMap((name) => {
    const value = headerOf(mail.value, name.toLowerCase())
    return value === null ? [] : [`${name}: ${name === 'Subject' ? subject : value}`]
  })
  const files = attachments.map(
    ({ filename, contentType }) => `Attachment, not taken: ${filename} (${contentType})`,
  )
  return ok({
    design: withHead({ ...withTitleInText(design), title: title === '' ? null : title }, [...head, ...files]),
    authors: author ? [author.name === '' ? author.address : `${author.name} <${author.address}>`] : [],
    to: [],
  })
}

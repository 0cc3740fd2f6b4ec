import 'server-only'
import path from 'node:path'
import { env } from '#lib/env.server.ts'
import { parseBundle } from './bundle.ts'
import type { BundleFile } from './content-hash.ts'
import { type TemplateWords, templateWordsOf } from './new-bundle.ts'
import { instanceQuestionnaires } from './questionnaires.server.ts'
import { readBundleFiles } from './read-bundle.server.ts'

type Template = { readonly files: readonly BundleFile[]; readonly words: TemplateWords }
let reading: Promise<Template> | undefined

/**
 * The template that this installation gives to authors (`content/template`), read once. It ships with the product; one that
 * is no bundle is a mistake of ours, so it throws.
 */
function template(): Promise<Template> {
  reading ??= Promise.all([
    readBundleFiles(path.join(env.root, 'content/template')),
    instanceQuestionnaires(),
  ]).then(([read, questionnaires]) => {
    const bundle = read.ok ? parseBundle(read.value, questionnaires) : read
    if (read.ok && bundle.ok) return { files: read.value, words: templateWordsOf(bundle.value) }
    const places = bundle.ok
      ? []
      : bundle.error.map(({ file, line, message }) => `${file}:${line}: ${message}`)
    throw new Error(`the template cannot be read:\n${places.join('\n')}`)
  })
  return reading
}

export const templateFiles = async (): Promise<readonly BundleFile[]> => (await template()).files

/** What the gate takes for nobody's words. */
export const templateWords = async (): Promise<TemplateWords> => (await template()).words

import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { beginProposal } from '#lib/writeup/bundle/new-bundle.ts'
import { instanceQuestionnaires } from '#lib/writeup/bundle/questionnaires.server.ts'
import { templateFiles } from '#lib/writeup/bundle/template.server.ts'
import { exitCode } from './exit-code.ts'
import { FIELD_OPTIONS, fieldsWrong, titleOfFolder, writeNewFolder } from './new-folder.ts'
import { defineVerb, wrongUse } from './verb.ts'

/** YES: the folder is there. It writes into no folder that has something in it. */
export const newProposal = defineVerb(
  {
    name: 'new',
    operands: 'DIR',
    least: 1,
    most: 1,
    about: `A folder of a proposal that begins: a cover, the four write-ups with each question of the questionnaire as a prompt, a model
that runs, and a claim about it that fails until its mistake is found. What is not said here stays as the template has it,
and \`coherent check\` tells it until it is written. Without --title the title is that of the folder's name.`,
    options: FIELD_OPTIONS,
  },
  async ({ values, operands }) => {
    const folder = resolve(operands[0] ?? '')
    const questionnaires = await instanceQuestionnaires()
    const begun = beginProposal(
      {
        title: values.title ?? titleOfFolder(folder),
        area: values.area ?? '',
        authors: values.author ?? [],
        to: values.to ?? [],
        questionnaire: values.questionnaire ?? questionnaires[0]?.id ?? '',
      },
      await templateFiles(),
      questionnaires,
      {
        date: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
        hex: randomBytes(4).toString('hex'),
      },
    )
    if (!begun.ok) return wrongUse('new', fieldsWrong(begun.error))
    const wrong = await writeNewFolder(folder, begun.value.files)
    if (wrong !== null) return wrongUse('new', `${operands[0]} ${wrong}`)
    const shown = operands[0] ?? ''
    console.log(`${shown}: ${begun.value.files.length} files. Next:
  coherent check ${shown}      what is still the template's, and the claim that fails
  coherent preview ${shown}    the page, while you write`)
    return exitCode.YES
  },
)

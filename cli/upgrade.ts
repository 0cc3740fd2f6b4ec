import { fillAsMailed } from '#lib/review/comment/markdown-before/fill-as-mailed.server.ts'
import { exitCode } from './exit-code.ts'
import { defineVerb } from './verb.ts'

/** What a migration leaves to the program, as its language has no words for it. */
export const upgrade = defineVerb(
  {
    name: 'upgrade',
    operands: '',
    least: 0,
    most: 0,
    about:
      'Finishes what the migrations of a new version began. Each start runs it; run again it changes nothing.',
    options: {},
  },
  async () => {
    const comments = await fillAsMailed()
    if (comments > 0)
      console.log(`${comments} comments of an older version keep the form in which they left by mail`)
    return exitCode.YES
  },
)

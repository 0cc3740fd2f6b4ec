/** A small revision without a problem, for tests that change something in it. */
import type { BundleFile } from '#lib/writeup/bundle/content-hash.ts'
import type { Questionnaire } from '#lib/writeup/bundle/questionnaire.ts'

export const sampleQuestionnaire: Questionnaire = {
  id: 'futex@1',
  title: 'Futex',
  questions: [
    { id: 'workload', writeup: 'problem', help: 'Which problem is solved?', needsClaim: false },
    { id: 'races', writeup: 'lifetime', help: 'Which side wins each race?', needsClaim: true },
  ],
}

export const sampleCover = `---
title: Futex waits
area: io_uring
authors: ["Coherent maintainers <design@example.org>"]
to: [io-uring@vger.kernel.org]
date: 2026-11-23T10:00:00+01:00
change-id: 20261123-futex-waits-1a2b3c4d
revision: 1
questionnaire: futex@1
models:
  wake-order:
    file: models/wake-order.pml
    title: Order of a wait and a wake
    variants:
      correct: {}
      swapped: { INC_AFTER_READ: "", WAITERS: 3 }
---

What this is. See [the races](#lifetime-races).
`

const documents: Record<string, string> = {
  'cover.mdx': sampleCover,
  'problem.mdx': '---\ntitle: The problem\n---\n\n<Answer to="workload">\nTwo places to sleep.\n</Answer>\n',
  'integration.mdx': '---\ntitle: Integration\n---\n\nContexts.\n',
  'sys-futex.mdx': `---
title: Interaction
---

<Claim id="no-lost-wake" model="wake-order" property="safety" expect="holds">No wake is *lost*.</Claim>

<Claim id="swapped-loses" model="wake-order" variant="swapped" property="safety" expect="violated" required="no">One is.</Claim>

<Simulation id="run" model="wake-order" variant="swapped" trace="swapped-loses" caption="A run" />
`,
  'lifetime.mdx': `---
title: Lifetime
---

## Races

<Figure id="order" caption="Order" ascii="figures/order.txt">
\`\`\`mermaid
graph TD
  A --> B
\`\`\`
</Figure>
`,
  'models/wake-order.pml': 'init { skip }\n',
  'figures/order.txt': 'A --> B\n',
}

/** A whole bundle, with files that are others, more or (null) fewer. */
export function sampleFiles(changes: Record<string, string | null> = {}): BundleFile[] {
  return Object.entries({ ...documents, ...changes }).flatMap(([path, text]) =>
    text === null ? [] : [{ path, bytes: new TextEncoder().encode(text) }],
  )
}

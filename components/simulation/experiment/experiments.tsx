'use client'
/** What a reader may do to a model to find out what its claim is worth: break it in one place, or change its text. */
import type { Diagnostic } from '#lib/promela/diagnostic.ts'
import type { Setting } from '#lib/simulation/setting.ts'
import type { SimulationData } from '#lib/simulation/simulation-data.ts'
import { BreakPanel } from './break-panel.tsx'
import { TextEditor } from './text-editor.tsx'

type ExperimentsProps = {
  /** As published. */
  data: SimulationData
  setting: Setting
  /** Of what is compiled now. */
  diagnostics: readonly Diagnostic[]
  onChoose: (setting: Setting) => void
  onSearch: (setting: Setting) => void
}

export function Experiments({ data, setting, diagnostics, onChoose, onSearch }: ExperimentsProps) {
  return (
    <>
      <BreakPanel
        data={data}
        setting={setting}
        onBreak={(mutant) => {
          const broken = { ...setting, mutant }
          onChoose(broken)
          // Whoever breaks something wants to know what comes of it.
          if (mutant) onSearch(broken)
        }}
      />
      <TextEditor
        data={data}
        edited={setting.edited}
        diagnostics={diagnostics}
        onUse={(edited) => onChoose({ ...setting, edited, mutant: null })}
      />
    </>
  )
}

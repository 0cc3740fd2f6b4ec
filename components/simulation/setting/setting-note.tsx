'use client'
/** Says plainly that what runs is not what was published, and how to get back to that. */
import { ActionButton } from '#components/ui/action-button.tsx'
import { mutantWords, publishedSetting, type Setting } from '#lib/simulation/setting.ts'
import styles from './setting-note.module.css'

type SettingNoteProps = { setting: Setting; onChoose: (setting: Setting) => void }

export function SettingNote({ setting, onChoose }: SettingNoteProps) {
  const { mutant, edited, variant, storeBuffers } = setting
  if (mutant === null && edited === null) return null
  return (
    <p className={styles.note}>
      <strong>This is not the published model:</strong>{' '}
      {[
        edited && 'the text is changed, in this page only',
        mutant && `it is broken on purpose, ${mutantWords(mutant)}`,
      ]
        .filter(Boolean)
        .join('; ')}
      .{' '}
      <ActionButton onAct={() => onChoose({ ...publishedSetting(variant), storeBuffers })}>
        Back to the published model
      </ActionButton>
    </p>
  )
}

import 'server-only'
import { type MailSettings, parseMailSettings } from './mail-settings.ts'

/** As the process was started; null: nothing is sent. A wrong configuration ended the start (`startMail`). */
export function mailSettings(): MailSettings | null {
  const settings = parseMailSettings(process.env)
  return settings.ok ? settings.value : null
}

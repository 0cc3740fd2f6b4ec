import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { exportMail } from './export.ts'

test('a folder has no threads, and the command says so instead of leaving them out', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})
  const folder = join(import.meta.dirname, '../content/futex-requests-2021/v1')
  expect(await exportMail([folder, '--threads'])).toBe(3)
  expect(error.mock.calls.flat().join('\n')).toContain('a folder has no threads')
  error.mockRestore()
})

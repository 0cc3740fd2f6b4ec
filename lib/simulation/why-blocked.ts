/** Why a process cannot move, in a sentence for those who do not see the panel. */
import { blockedReason } from '#lib/promela/machine/step.ts'
import { blockedWords } from './blocked-words.ts'
import { choices, currentState, currentView, type Run } from './run.ts'
import { processLabel } from './step-words.ts'

export function whyBlocked(run: Run, pid: number): string {
  const view = currentView(run)
  const process = view.processes.find((item) => item.pid === pid)
  if (!process) return `There is no process ${processLabel(pid)}.`
  const reason = blockedReason(run.program, currentState(run), pid)
  if (reason) return `${processLabel(pid)} ${process.name} is blocked: ${blockedWords(reason, view, pid)}.`
  return process.alive ? `${processLabel(pid)} ${process.name} can move.` : `${processLabel(pid)} ended.`
}

export function whyAllBlocked(run: Run): string {
  const steps = choices(run)
  const blocked = currentView(run).processes.filter(({ pid }) => !steps.some((step) => step.pid === pid))
  return blocked.length > 0
    ? blocked.map(({ pid }) => whyBlocked(run, pid)).join(' ')
    : 'No process is blocked.'
}

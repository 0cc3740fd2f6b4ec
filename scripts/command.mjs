#!/usr/bin/env node
/** `npm run command`: the command line alone, for who checks a folder and starts no app. */
import { ensureCommand, ensureInstalled, reportFailure } from './steps.mjs'

try {
  ensureInstalled()
  ensureCommand()
} catch (error) {
  process.exitCode = reportFailure(error)
}

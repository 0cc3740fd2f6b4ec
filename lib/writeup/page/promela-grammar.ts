import type { LanguageRegistration } from 'shiki/core'

/**
 * Promela for the highlighter: words and numbers only, no structure. It colours what a reader scans for (processes,
 * choices, jumps, assertions, the preprocessor) and stays out of the way otherwise.
 */
export const promelaGrammar: LanguageRegistration = {
  name: 'promela',
  scopeName: 'source.promela',
  repository: {},
  patterns: [
    { name: 'comment.block', begin: '/\\*', end: '\\*/' },
    { name: 'comment.line', match: '//.*$' },
    { name: 'string.quoted.double', begin: '"', end: '"|$' },
    {
      match: '^\\s*(#\\s*(?:define|undef|ifdef|ifndef|if|elif|else|endif|include))\\b',
      captures: { 1: { name: 'keyword.control.directive' } },
    },
    {
      match: '\\b(proctype|inline|run)\\s+([A-Za-z_]\\w*)',
      captures: { 1: { name: 'keyword' }, 2: { name: 'entity.name.function' } },
    },
    {
      name: 'keyword',
      match:
        '(?:\\b(?:active|init|never|trace|notrace|ltl|atomic|d_step|if|fi|do|od|for|select|in|else|break|goto|skip|unless|provided|priority|run|assert|printf|printm|typedef|mtype|xr|xs|eval)\\b|::|->)',
    },
    { name: 'storage.type', match: '\\b(?:bit|bool|byte|short|int|unsigned|pid|chan|hidden|show|local)\\b' },
    {
      name: 'constant.language',
      match: '\\b(?:true|false|timeout|_pid|_last|_nr_pr|np_|enabled|pc_value)\\b',
    },
    { name: 'constant.numeric', match: '\\b\\d+\\b' },
    {
      match: '^\\s*([A-Za-z_]\\w*)\\s*:(?!:)',
      captures: { 1: { name: 'entity.name.label' } },
    },
    {
      match: '\\b([A-Za-z_]\\w*)\\s*(?=\\()',
      captures: { 1: { name: 'entity.name.function' } },
    },
  ],
}

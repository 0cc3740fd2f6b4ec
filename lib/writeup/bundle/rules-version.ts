/**
 * The number of what `checkFilesWhole` refuses: `parseBundle`, and mermaid of each diagram. Raise it with a line below whenever something is refused that was accepted
 * before: the number is stored with what was parsed, so that it can be told by which rules a revision stands.
 *
 * A rule is for what is published after it. What stands keeps what it was parsed into (`stored-parse.ts`); `coherent
 * check-stored` says what the present rules would say of it. The warnings on a page and of `coherent upgrade` are those of
 * `parseBundle` alone.
 *
 * | version | refuses what the one before accepted |
 * |---|---|
 * | 1 | (the first; also of what was published before there was a number) |
 * | 2 | in diagrams: links and calls anywhere in a line, addresses and `url(…)`, formulas, HTML, configuration; headings of more than 300 characters |
 * | 3 | cells beyond a table's head, fences without an end, references that nothing defines beside ones that are defined, `##` without a blank, formulas; diagrams that mermaid cannot read. It accepts more: comments, `<https://…>`, indented code, task lists, any language, `#####` |
 * | 4 | `data/terms.yaml` that is no list of explained words. It accepts more: `<Term>`, `<Evidence>`, `<Chart>`, `evidence/` |
 */
export const RULES_VERSION = 4

import type { ReactNode } from 'react'
import styles from './answer.module.css'
import type { QuestionShown } from './document-context.ts'

/** The passage that answers a question, under the question. The text reads on as if the line were not there. */
export function Answer({
  to,
  question,
  children,
}: {
  to: string
  question: QuestionShown | null
  children?: ReactNode
}) {
  const label = question?.help ?? to
  return (
    <div className={styles.answer} data-answer={to}>
      <p className={styles.question}>
        <span className={styles.mark}>Answers</span>{' '}
        {question?.href ? <a href={question.href}>{label}</a> : label}
      </p>
      {children}
    </div>
  )
}

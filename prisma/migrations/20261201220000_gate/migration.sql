-- What the gate found of a revision when it was published, by the rules of its time. Revisions that stand already are
-- filled in by `coherent upgrade`, which has the program's parser; their stamp stays NULL, since one Message-ID has one text.
CREATE TABLE revision_gate (
  revision_id UUID NOT NULL,
  gate_version INTEGER NOT NULL,
  questions INTEGER NOT NULL,
  unanswered INTEGER NOT NULL,
  claims INTEGER NOT NULL,
  failing INTEGER NOT NULL,
  -- Of the document alone: what reviewers say of its answers is in weak_answer.
  passes BOOLEAN NOT NULL,
  -- First line of every export; '' of a complete revision, NULL of one from before the gate.
  stamp TEXT,
  items JSONB NOT NULL,
  found_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

  CONSTRAINT revision_gate_pkey PRIMARY KEY (revision_id),
  CONSTRAINT revision_gate_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES revision (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT revision_gate_version_is_positive CHECK (gate_version > 0),
  CONSTRAINT revision_gate_counts_agree CHECK (unanswered BETWEEN 0 AND questions AND failing BETWEEN 0 AND claims),
  CONSTRAINT revision_gate_passes_when_nothing_is_open CHECK (NOT passes OR (questions > 0 AND unanswered = 0 AND failing = 0)),
  CONSTRAINT revision_gate_stamp_is_of_what_does_not_pass CHECK (stamp IS NULL OR passes = (stamp = '')),
  CONSTRAINT revision_gate_stamp_is_a_line CHECK (stamp IS NULL OR stamp ~ '^[ -~]{0,200}$'),
  CONSTRAINT revision_gate_items_are_a_list CHECK (jsonb_typeof(items) = 'array')
);

-- One row for each question that has an answer: what a reviewer's word is about.
CREATE TABLE revision_answer (
  revision_id UUID NOT NULL,
  question TEXT NOT NULL,
  -- SHA-256 of its words, white space collapsed.
  answer_sha256 BYTEA NOT NULL,

  CONSTRAINT revision_answer_pkey PRIMARY KEY (revision_id, question),
  CONSTRAINT revision_answer_revision_id_fkey FOREIGN KEY (revision_id) REFERENCES revision (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT revision_answer_sha256_length CHECK (octet_length(answer_sha256) = 32)
);

-- A reviewer's word that an answer does not answer. It stands for these words of the answer, in whichever revision, until
-- its reviewer takes it back.
CREATE TABLE weak_answer (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  revision_id UUID NOT NULL,
  question TEXT NOT NULL,
  answer_sha256 BYTEA NOT NULL,
  reason TEXT NOT NULL,
  marked_by UUID NOT NULL,
  marked_at TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  withdrawn_at TIMESTAMPTZ(6),

  CONSTRAINT weak_answer_pkey PRIMARY KEY (id),
  CONSTRAINT weak_answer_revision_id_question_fkey FOREIGN KEY (revision_id, question)
    REFERENCES revision_answer (revision_id, question) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT weak_answer_marked_by_fkey FOREIGN KEY (marked_by) REFERENCES person (id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT weak_answer_sha256_length CHECK (octet_length(answer_sha256) = 32),
  CONSTRAINT weak_answer_says_why CHECK (length(btrim(reason)) >= 10 AND length(reason) <= 1000 AND reason !~ '[\r\n]')
);
CREATE INDEX weak_answer_revision_id_question_idx ON weak_answer (revision_id, question);
CREATE UNIQUE INDEX weak_answer_is_marked_once ON weak_answer (revision_id, question, marked_by) WHERE withdrawn_at IS NULL;

-- Other words for some of a passage's, as part of a comment. What was suggested never changes (trigger); what became of it does.
CREATE TABLE suggestion (
  comment_id UUID NOT NULL REFERENCES comment(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  -- What it was made on: a document of this revision, UTF-16 offsets in its source.
  revision_id UUID NOT NULL REFERENCES revision(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  block_key TEXT NOT NULL,
  writeup TEXT NOT NULL,
  source_start INT NOT NULL,
  source_end INT NOT NULL,
  old_text TEXT NOT NULL,
  new_text TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'open',
  decided_by UUID REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  decided_at TIMESTAMPTZ(6),
  -- As an author put it into a later text by hand; all of it or nothing.
  hand_revision UUID REFERENCES revision(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  hand_block TEXT,
  hand_writeup TEXT,
  hand_start INT,
  hand_end INT,
  hand_old TEXT,
  hand_new TEXT,
  -- The first revision that has it.
  applied_in UUID REFERENCES revision(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT suggestion_pkey PRIMARY KEY (comment_id),
  CONSTRAINT suggestion_block_fkey FOREIGN KEY (revision_id, block_key) REFERENCES block(revision_id, block_key) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT suggestion_range CHECK (source_start >= 0 AND source_end > source_start),
  -- Both are empty once the comment is deleted.
  CONSTRAINT suggestion_is_a_change CHECK (old_text <> new_text OR (old_text = '' AND new_text = '')),
  CONSTRAINT suggestion_is_bounded CHECK (length(old_text) <= 20000 AND length(new_text) <= 20000 AND coalesce(length(hand_new), 0) <= 20000),
  CONSTRAINT suggestion_state_is_known CHECK (state IN ('open', 'accepted', 'declined', 'withdrawn')),
  CONSTRAINT suggestion_decision_is_whole CHECK (
    (decided_by IS NULL) = (decided_at IS NULL) AND (state NOT IN ('accepted', 'declined') OR decided_at IS NOT NULL)
    AND (state <> 'open' OR decided_at IS NULL)),
  CONSTRAINT suggestion_hand_is_whole CHECK (
    num_nulls(hand_revision, hand_block, hand_writeup, hand_start, hand_end, hand_old, hand_new) IN (0, 7)),
  CONSTRAINT suggestion_in_text_was_accepted CHECK (applied_in IS NULL OR state = 'accepted')
);
CREATE INDEX suggestion_revision_id_idx ON suggestion (revision_id);

-- That a revision changed a write-up in a way that no reviewer has to read again: an author says it, the program looks at the
-- words, and who reviews may say otherwise. What changed is kept with it, since it is few words.
CREATE TABLE editorial_change (
  revision_id uuid NOT NULL REFERENCES revision,
  writeup text NOT NULL CONSTRAINT editorial_change_writeup_is_known CHECK (writeup IN ('problem', 'integration', 'sys-futex', 'lifetime')),
  marked_by uuid NOT NULL REFERENCES person,
  marked_at timestamptz(6) NOT NULL,
  changes jsonb NOT NULL CONSTRAINT editorial_change_says_what_changed CHECK (coalesce(jsonb_typeof(changes) = 'array' AND jsonb_array_length(changes) > 0, false)),
  disputed_by uuid REFERENCES person,
  disputed_at timestamptz(6),
  dispute_reason text,
  CONSTRAINT editorial_change_pkey PRIMARY KEY (revision_id, writeup),
  CONSTRAINT editorial_change_dispute_is_whole CHECK (
    (disputed_by IS NULL) = (disputed_at IS NULL) AND (disputed_by IS NULL) = (dispute_reason IS NULL)),
  CONSTRAINT editorial_change_dispute_says_why CHECK (coalesce(length(dispute_reason) BETWEEN 10 AND 2000, true))
);

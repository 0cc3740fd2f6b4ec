-- What a reviewer has written and not published yet, and reviews that were published as one act.

-- Seen by its writer alone. It has no number, no Message-ID and no place in any count: publishing makes a comment of it.
CREATE TABLE review_draft (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  proposal_id UUID NOT NULL REFERENCES proposal(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  person_id UUID NOT NULL REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  -- Of a comment on a passage: the revision that was read, the block in it and UTF-16 offsets in the block's text.
  revision_id UUID REFERENCES revision(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  block_key TEXT,
  text_start INT,
  text_end INT,
  quote_exact TEXT,
  kind thread_kind,
  clears_when TEXT NOT NULL DEFAULT '',
  -- Of a reply: the comment that it answers.
  answers UUID REFERENCES comment(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  body TEXT NOT NULL,
  lock_version INT NOT NULL DEFAULT 0,
  -- Made with the form: the same form sent twice is one draft.
  client_key UUID NOT NULL,
  created_at TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
  CONSTRAINT review_draft_pkey PRIMARY KEY (id),
  CONSTRAINT review_draft_block_fkey FOREIGN KEY (revision_id, block_key) REFERENCES block(revision_id, block_key) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT review_draft_is_about_one_thing CHECK (
    (answers IS NULL AND revision_id IS NOT NULL AND block_key IS NOT NULL AND kind IS NOT NULL
      AND text_start IS NOT NULL AND text_end IS NOT NULL AND quote_exact IS NOT NULL)
    OR (answers IS NOT NULL AND revision_id IS NULL AND block_key IS NULL AND kind IS NULL
      AND text_start IS NULL AND text_end IS NULL AND quote_exact IS NULL)),
  CONSTRAINT review_draft_range CHECK (text_start IS NULL OR (text_start >= 0 AND text_end > text_start)),
  CONSTRAINT review_draft_is_bounded CHECK (length(body) <= 65536 AND length(clears_when) <= 2000)
);
CREATE UNIQUE INDEX review_draft_form_is_taken ON review_draft (person_id, client_key);
CREATE INDEX review_draft_of_person ON review_draft (proposal_id, person_id, created_at);

-- One act: several comments, and perhaps a stance. Never changes (trigger).
CREATE TABLE review (
  id UUID NOT NULL,
  proposal_id UUID NOT NULL REFERENCES proposal(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  person_id UUID NOT NULL REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  stance_id BIGINT REFERENCES stance(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  published_at TIMESTAMPTZ(6) NOT NULL,
  CONSTRAINT review_pkey PRIMARY KEY (id)
);
CREATE INDEX review_of_proposal ON review (proposal_id, published_at);

-- As which mail it leaves: one, or one for each revision whose threads it speaks in. Never changes (trigger).
CREATE TABLE review_mail (
  id UUID NOT NULL,
  review_id UUID NOT NULL REFERENCES review(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  revision_id UUID NOT NULL REFERENCES revision(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  message_id TEXT NOT NULL,
  -- It ends with the stance of its review.
  says_stance BOOLEAN NOT NULL DEFAULT false,
  CONSTRAINT review_mail_pkey PRIMARY KEY (id),
  CONSTRAINT review_mail_id_is_short CHECK (length(message_id) BETWEEN 3 AND 900)
);
CREATE UNIQUE INDEX review_mail_id_is_taken ON review_mail (message_id);
CREATE UNIQUE INDEX review_mail_is_one_for_a_revision ON review_mail (review_id, revision_id);

-- Which comments it says, in their order. Never changes (trigger).
CREATE TABLE review_comment (
  mail_id UUID NOT NULL REFERENCES review_mail(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ord INT NOT NULL,
  comment_id UUID NOT NULL REFERENCES comment(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  CONSTRAINT review_comment_pkey PRIMARY KEY (mail_id, ord)
);
CREATE UNIQUE INDEX review_comment_is_in_one_review ON review_comment (comment_id);

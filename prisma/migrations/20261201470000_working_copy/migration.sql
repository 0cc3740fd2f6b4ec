-- What authors have not published yet: the files of the next revision, and the states in which they were saved.

-- One for each proposal, for all its authors; before the first revision there is no proposal, and it is its maker's.
CREATE TABLE working_copy (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  slug TEXT NOT NULL,
  proposal_id UUID REFERENCES proposal(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  made_by UUID NOT NULL REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  -- The published revision that its files come from; 0: none.
  base_revision INT NOT NULL DEFAULT 0,
  -- Of the last saved state.
  version INT NOT NULL DEFAULT 0,
  -- Path to SHA-256 in hex.
  files JSONB NOT NULL,
  created_at TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
  CONSTRAINT working_copy_pkey PRIMARY KEY (id),
  CONSTRAINT working_copy_slug_is_one CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,79}$'),
  CONSTRAINT working_copy_has_its_base CHECK (base_revision >= 0 AND (proposal_id IS NULL) = (base_revision = 0)),
  CONSTRAINT working_copy_has_files CHECK (jsonb_typeof(files) = 'object')
);
CREATE UNIQUE INDEX working_copy_slug_is_taken ON working_copy (slug);
CREATE UNIQUE INDEX working_copy_is_one_for_a_proposal ON working_copy (proposal_id);
CREATE INDEX working_copy_of_maker ON working_copy (made_by);

-- The text of a file, once for all states that have it. Never changes (trigger).
CREATE TABLE working_text (
  copy_id UUID NOT NULL REFERENCES working_copy(id) ON DELETE CASCADE ON UPDATE CASCADE,
  sha256 TEXT NOT NULL,
  bytes BYTEA NOT NULL,
  CONSTRAINT working_text_pkey PRIMARY KEY (copy_id, sha256),
  CONSTRAINT working_text_is_bounded CHECK (octet_length(bytes) <= 1048576),
  CONSTRAINT working_text_has_its_hash CHECK (sha256 = encode(sha256(bytes), 'hex'))
);

-- A state of all files. Never changes (trigger); the oldest of many go.
CREATE TABLE working_state (
  copy_id UUID NOT NULL REFERENCES working_copy(id) ON DELETE CASCADE ON UPDATE CASCADE,
  version INT NOT NULL,
  person_id UUID NOT NULL REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  kind TEXT NOT NULL,
  -- Made by the page that saved it; null: a form or a program.
  tab UUID,
  files JSONB NOT NULL,
  at TIMESTAMPTZ(6) NOT NULL,
  CONSTRAINT working_state_pkey PRIMARY KEY (copy_id, version),
  CONSTRAINT working_state_has_a_kind CHECK (kind IN ('begun', 'typed', 'saved', 'merged', 'pushed', 'restored', 'removed', 'accepted', 'aside', 'published')),
  CONSTRAINT working_state_has_files CHECK (jsonb_typeof(files) = 'object')
);

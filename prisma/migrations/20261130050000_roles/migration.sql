-- An administrator administers the installation (`person.administrator`); in one proposal the highest role is maintainer.
-- Who was an administrator of one proposal keeps what that gave beside the installation's own acts.
INSERT INTO membership (proposal_id, person_id, role)
SELECT proposal_id, person_id, 'maintainer' FROM membership WHERE role = 'admin' ON CONFLICT DO NOTHING;
DELETE FROM membership WHERE role = 'admin';
ALTER TYPE role RENAME TO role_before;
CREATE TYPE role AS ENUM ('reader', 'author', 'reviewer', 'maintainer');
ALTER TABLE membership ALTER COLUMN role TYPE role USING role::text::role;
DROP TYPE role_before;
CREATE INDEX membership_person_id_idx ON membership (person_id);

-- A blocked person reads what is public, and does nothing.
ALTER TABLE person
  ADD COLUMN blocked_at TIMESTAMPTZ(6),
  ADD COLUMN block_reason TEXT NOT NULL DEFAULT '',
  ADD CONSTRAINT person_is_blocked_with_reason CHECK
    ((blocked_at IS NULL AND block_reason = '') OR (blocked_at IS NOT NULL AND length(block_reason) BETWEEN 3 AND 1000));

-- To a locked thread maintainers alone add.
ALTER TABLE thread
  ADD COLUMN locked_at TIMESTAMPTZ(6),
  ADD COLUMN locked_by UUID REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD CONSTRAINT thread_is_locked_by_somebody CHECK ((locked_at IS NULL) = (locked_by IS NULL));

-- A link that gives a role to whoever accepts it: only the token's hash is kept.
CREATE TABLE invitation (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  proposal_id UUID NOT NULL,
  role role NOT NULL,
  sha256 BYTEA NOT NULL,
  -- To whom it was mailed; null: the link was handed on by whoever made it.
  address TEXT,
  -- Null: the operator, on the command line.
  invited_by UUID,
  created_at TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
  expires_at TIMESTAMPTZ(6) NOT NULL,
  revoked_at TIMESTAMPTZ(6),
  accepted_at TIMESTAMPTZ(6),
  accepted_by UUID,
  CONSTRAINT invitation_pkey PRIMARY KEY (id),
  CONSTRAINT invitation_is_accepted_by_somebody CHECK ((accepted_at IS NULL) = (accepted_by IS NULL)),
  CONSTRAINT invitation_is_accepted_or_revoked CHECK (accepted_at IS NULL OR revoked_at IS NULL)
);
CREATE UNIQUE INDEX invitation_sha256_key ON invitation (sha256);
CREATE INDEX invitation_proposal_id_created_at_idx ON invitation (proposal_id, created_at);
ALTER TABLE invitation ADD CONSTRAINT invitation_proposal_id_fkey
  FOREIGN KEY (proposal_id) REFERENCES proposal(id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE invitation ADD CONSTRAINT invitation_invited_by_fkey
  FOREIGN KEY (invited_by) REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE invitation ADD CONSTRAINT invitation_accepted_by_fkey
  FOREIGN KEY (accepted_by) REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE;

-- What happened to accounts, roles and held mail. Ids and numbers, no words of people; for a bounded time, so nothing points here.
CREATE TABLE audit (
  id BIGSERIAL NOT NULL,
  at TIMESTAMPTZ(6) NOT NULL DEFAULT clock_timestamp(),
  kind TEXT NOT NULL,
  -- Who did it; null: the operator, or nobody who is known.
  actor_id UUID,
  -- To whom.
  person_id UUID,
  proposal_id UUID,
  detail JSONB NOT NULL,
  CONSTRAINT audit_pkey PRIMARY KEY (id),
  CONSTRAINT audit_detail_is_small CHECK (jsonb_typeof(detail) = 'object' AND length(detail::text) <= 1000)
);
CREATE INDEX audit_at_idx ON audit (at);
CREATE INDEX audit_kind_id_idx ON audit (kind, id);
CREATE INDEX audit_actor_id_id_idx ON audit (actor_id, id);
CREATE INDEX audit_person_id_id_idx ON audit (person_id, id);

-- Sign-ins that failed: how many, for each hour, account and network.
CREATE TABLE sign_in_failure (
  hour TIMESTAMPTZ(6) NOT NULL,
  -- The person whose account it is; empty: there is no such account.
  account TEXT NOT NULL,
  -- Empty: not known.
  network TEXT NOT NULL,
  count INTEGER NOT NULL,
  CONSTRAINT sign_in_failure_pkey PRIMARY KEY (hour, account, network)
);

-- What silence and time do has an actor, too: nobody has its account, and no address is its own.
INSERT INTO person (id, name) VALUES ('00000000-0000-4000-8000-00000000c0de', 'Coherent (the program)') ON CONFLICT DO NOTHING;

ALTER TABLE person ADD COLUMN away_until TIMESTAMPTZ(6);

-- Questions, issues and objections are answered before they are closed.
ALTER TABLE thread
  ADD COLUMN answered_at TIMESTAMPTZ(6),
  ADD COLUMN answered_by UUID REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  -- Null: in words.
  ADD COLUMN answered_in UUID REFERENCES revision(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  -- The comment whose words are the answer.
  ADD COLUMN answer_comment UUID,
  -- An author says that the next revision answers it.
  ADD COLUMN promised_at TIMESTAMPTZ(6),
  -- An objection without a clearing condition was asked for one.
  ADD COLUMN condition_asked_at TIMESTAMPTZ(6),
  ADD COLUMN split_from UUID REFERENCES thread(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD COLUMN override_reason TEXT,
  -- Which side speaks next: 'author' or 'opener'; null of a note, and of what is closed.
  ADD COLUMN waits_for TEXT,
  DROP CONSTRAINT objection_says_what_clears_it;
UPDATE thread SET waits_for = CASE WHEN state = 'answered' THEN 'opener' ELSE 'author' END
  WHERE kind <> 'note' AND state IN ('open', 'answered');
UPDATE thread SET answered_at = opened_at, answered_by = opened_by WHERE state = 'answered';
ALTER TABLE thread
  -- One of the two, never neither: a condition, or that it was asked for.
  ADD CONSTRAINT objection_says_what_clears_it CHECK (kind <> 'objection'
    OR (coalesce(length(btrim(clear_condition)), 0) >= 10) <> (condition_asked_at IS NOT NULL AND clear_condition IS NULL)),
  ADD CONSTRAINT thread_clear_condition_length CHECK (clear_condition IS NULL OR length(clear_condition) <= 2000),
  ADD CONSTRAINT thread_answered_has_its_time CHECK (state <> 'answered' OR answered_at IS NOT NULL),
  ADD CONSTRAINT thread_answer_is_whole CHECK ((answered_at IS NULL) = (answered_by IS NULL)
    AND (answered_at IS NOT NULL OR (answered_in IS NULL AND answer_comment IS NULL))),
  ADD CONSTRAINT thread_override_says_why CHECK ((state = 'overridden') = (override_reason IS NOT NULL)
    AND (override_reason IS NULL OR length(btrim(override_reason)) BETWEEN 10 AND 2000)),
  ADD CONSTRAINT thread_waits_for_a_side CHECK (waits_for IS NULL OR (waits_for IN ('author', 'opener')
    AND kind <> 'note' AND state IN ('open', 'answered'))),
  ADD CONSTRAINT thread_answer_is_of_the_thread FOREIGN KEY (id, answer_comment) REFERENCES comment (thread_id, id) ON DELETE RESTRICT ON UPDATE RESTRICT;
CREATE INDEX thread_that_waits ON thread (proposal_id) WHERE state IN ('open', 'answered') AND kind <> 'note';
CREATE INDEX thread_that_silence_closes ON thread (answered_at) WHERE state = 'answered' AND kind IN ('question', 'issue');

-- Maintainers say that an objection is kept open by silence alone.
CREATE TABLE objection_challenge (
  thread_id UUID NOT NULL REFERENCES thread(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  person_id UUID NOT NULL REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  reason TEXT NOT NULL,
  at TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
  CONSTRAINT objection_challenge_pkey PRIMARY KEY (thread_id, person_id),
  CONSTRAINT objection_challenge_says_why CHECK (length(btrim(reason)) BETWEEN 10 AND 2000)
);

CREATE TYPE stance_value AS ENUM ('concern', 'no_objection', 'acked_by', 'reviewed_by', 'tested_by', 'nacked_by', 'recuse');
CREATE TABLE stance (
  id BIGSERIAL NOT NULL,
  proposal_id UUID NOT NULL REFERENCES proposal(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  revision_id UUID NOT NULL REFERENCES revision(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  person_id UUID NOT NULL REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  value stance_value NOT NULL,
  -- The write-ups that it covers; empty: all of them.
  writeups TEXT[] NOT NULL DEFAULT '{}',
  -- The line as it was given, with which it leaves; null of what is no trailer.
  trailer TEXT,
  words TEXT NOT NULL DEFAULT '',
  origin TEXT NOT NULL DEFAULT 'web',
  at TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
  CONSTRAINT stance_pkey PRIMARY KEY (id),
  CONSTRAINT stance_nack_says_why CHECK (value <> 'nacked_by' OR length(btrim(words)) >= 10),
  CONSTRAINT stance_words_length CHECK (length(words) <= 2000),
  CONSTRAINT stance_trailer_is_a_line CHECK (trailer IS NULL OR (length(trailer) BETWEEN 3 AND 500 AND trailer !~ E'[\r\n]')),
  CONSTRAINT stance_writeups_are_known CHECK (writeups <@ ARRAY['problem', 'integration', 'sys-futex', 'lifetime']::text[]),
  CONSTRAINT stance_origin_is_known CHECK (origin IN ('web', 'mail'))
);
CREATE INDEX stance_of_proposal ON stance (proposal_id, id);
CREATE INDEX stance_person_id_idx ON stance (person_id);
-- What somebody takes back: a row of its own, as stances stay.
CREATE TABLE stance_withdrawal (
  stance_id BIGINT NOT NULL REFERENCES stance(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  person_id UUID NOT NULL REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  at TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
  CONSTRAINT stance_withdrawal_pkey PRIMARY KEY (stance_id)
);

-- Somebody asks for time, with a name, a reason and an end.
CREATE TABLE hold (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  proposal_id UUID NOT NULL REFERENCES proposal(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  person_id UUID NOT NULL REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  reason TEXT NOT NULL,
  placed_at TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
  until TIMESTAMPTZ(6) NOT NULL,
  lifted_at TIMESTAMPTZ(6),
  CONSTRAINT hold_pkey PRIMARY KEY (id),
  CONSTRAINT hold_says_why CHECK (length(btrim(reason)) BETWEEN 10 AND 2000),
  CONSTRAINT hold_ends_within_fourteen_days CHECK (until > placed_at AND until <= placed_at + interval '14 days')
);
CREATE UNIQUE INDEX hold_is_one_for_a_person ON hold (proposal_id, person_id) WHERE lifted_at IS NULL;

-- Whom the author asked, and when each last reviewed.
CREATE TABLE review_request (
  proposal_id UUID NOT NULL REFERENCES proposal(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  person_id UUID NOT NULL REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  asked_by UUID NOT NULL REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  asked_at TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
  CONSTRAINT review_request_pkey PRIMARY KEY (proposal_id, person_id)
);

-- Derived in the transaction of each event, and made anew at any time.
CREATE TABLE turn (
  proposal_id UUID NOT NULL REFERENCES proposal(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  person_id UUID NOT NULL REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  act TEXT NOT NULL,
  -- The thread that it is about; 0: none.
  thread INT NOT NULL DEFAULT 0,
  -- Further words of the reason, such as the write-ups that changed.
  about TEXT NOT NULL DEFAULT '',
  since TIMESTAMPTZ(6) NOT NULL,
  CONSTRAINT turn_pkey PRIMARY KEY (proposal_id, person_id, act, thread),
  CONSTRAINT turn_act_is_a_word CHECK (act ~ '^[a-z][a-z-]{0,39}$')
);
CREATE INDEX turn_person_id_since_idx ON turn (person_id, since);
CREATE TABLE turn_snooze (
  proposal_id UUID NOT NULL REFERENCES proposal(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  person_id UUID NOT NULL REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  until TIMESTAMPTZ(6) NOT NULL,
  CONSTRAINT turn_snooze_pkey PRIMARY KEY (proposal_id, person_id)
);

ALTER TABLE proposal
  ADD COLUMN state_since TIMESTAMPTZ(6) NOT NULL DEFAULT now(),
  ADD COLUMN last_call_ends_at TIMESTAMPTZ(6),
  ADD COLUMN decided_at TIMESTAMPTZ(6),
  ADD COLUMN decided_by UUID REFERENCES person(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ADD COLUMN decided_on INT,
  ADD COLUMN decision_reason TEXT NOT NULL DEFAULT '',
  ADD COLUMN lock_version INT NOT NULL DEFAULT 0;
UPDATE proposal SET state_since = created_at;
UPDATE proposal SET last_call_ends_at = now() + interval '10 days' WHERE state = 'last_call';
UPDATE proposal SET decided_at = now(), decided_on = greatest(current_revision, 1),
    decision_reason = 'Decided before decisions were recorded.',
    decided_by = (SELECT published_by FROM revision r WHERE r.proposal_id = proposal.id ORDER BY number DESC LIMIT 1)
  WHERE state IN ('accepted', 'rejected', 'withdrawn');
ALTER TABLE proposal
  ADD CONSTRAINT proposal_last_call_has_its_end CHECK ((state = 'last_call') = (last_call_ends_at IS NOT NULL)),
  ADD CONSTRAINT proposal_decision_is_whole CHECK ((state IN ('accepted', 'rejected', 'withdrawn')) = (decided_at IS NOT NULL)
    AND (decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (decided_on IS NULL)),
  ADD CONSTRAINT proposal_rejection_says_why CHECK (state <> 'rejected' OR length(btrim(decision_reason)) >= 10),
  ADD CONSTRAINT proposal_decision_reason_length CHECK (length(decision_reason) <= 2000);

-- Threads about a whole write-up, the whole proposal, and a step of a trace. What stands is about a passage.
ALTER TABLE anchor
  ADD COLUMN about TEXT NOT NULL DEFAULT 'passage',
  ADD COLUMN step JSONB,
  ADD CONSTRAINT anchor_about_is_known CHECK (about IN ('passage', 'whole', 'step')),
  ADD CONSTRAINT anchor_has_a_step_where_it_is_about_one CHECK ((about = 'step') = (step IS NOT NULL)),
  ADD CONSTRAINT anchor_step_is_bounded
    CHECK (step IS NULL OR (jsonb_typeof(step) = 'object' AND octet_length(step::text) <= 65536));

-- Whether the model of that revision still goes the way of the step; null: it is no step, or nobody has looked.
ALTER TABLE anchor_port
  ADD COLUMN step TEXT,
  ADD CONSTRAINT anchor_port_step_is_known CHECK (step IS NULL OR step IN ('same', 'replays', 'gone'));

ALTER TABLE review_draft
  ADD COLUMN about TEXT NOT NULL DEFAULT 'passage',
  ADD COLUMN step JSONB,
  ADD CONSTRAINT review_draft_about_is_known CHECK (about IN ('passage', 'whole', 'step')),
  ADD CONSTRAINT review_draft_has_a_step_where_it_is_about_one CHECK ((about = 'step') = (step IS NOT NULL)),
  ADD CONSTRAINT review_draft_step_is_bounded
    CHECK (step IS NULL OR (jsonb_typeof(step) = 'object' AND octet_length(step::text) <= 65536));

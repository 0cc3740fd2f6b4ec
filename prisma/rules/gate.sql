CREATE OR REPLACE TRIGGER revision_gate_is_immutable BEFORE UPDATE OR DELETE ON revision_gate FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER revision_gate_is_kept BEFORE TRUNCATE ON revision_gate FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();
CREATE OR REPLACE TRIGGER revision_answer_is_immutable BEFORE UPDATE OR DELETE ON revision_answer FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER revision_answer_is_kept BEFORE TRUNCATE ON revision_answer FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

-- A revision passes when its document does, every required claim is as claimed, and no reviewer's word stands against these
-- words of an answer, whichever revision it was said on. One without a row was not looked at, and does not pass.
CREATE OR REPLACE FUNCTION gate_passes(of_revision uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce((SELECT g.passes FROM revision_gate g WHERE g.revision_id = of_revision), false)
    AND NOT EXISTS (
      SELECT 1 FROM claim c JOIN check_run run ON run.id = c.check_run_id
      WHERE c.revision_id = of_revision AND c.required AND run.verdict <> c.expect)
    AND NOT EXISTS (
      SELECT 1 FROM revision_answer own
      JOIN weak_answer w ON w.question = own.question AND w.answer_sha256 = own.answer_sha256 AND w.withdrawn_at IS NULL
      JOIN revision there ON there.id = w.revision_id
      JOIN revision here ON here.id = own.revision_id
      WHERE own.revision_id = of_revision AND there.proposal_id = here.proposal_id)
$$;

-- What is not answered does not come before reviewers, whoever asks for it.
CREATE OR REPLACE FUNCTION review_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state IN ('ready', 'in_review') AND NEW.state <> OLD.state AND NOT gate_passes(
       (SELECT r.id FROM revision r WHERE r.proposal_id = NEW.id AND r.number = NEW.current_revision)) THEN
    RAISE EXCEPTION 'the newest revision leaves questions open'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_in_review_passes_the_gate', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER proposal_gate BEFORE UPDATE ON proposal FOR EACH ROW EXECUTE FUNCTION review_gate();

-- Nor does it leave for a list. The mail to its sender first is the same mail.
CREATE OR REPLACE FUNCTION sending_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.kind IN ('series', 'reflect') AND NEW.revision_id IS NOT NULL AND NOT (
       EXISTS (SELECT 1 FROM revision r WHERE r.id = NEW.revision_id AND r.proposal_id = NEW.proposal_id)
       AND gate_passes(NEW.revision_id)) THEN
    RAISE EXCEPTION 'the revision leaves questions open'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'outgoing_series_passes_the_gate', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER outgoing_mail_gate BEFORE INSERT ON outgoing_mail FOR EACH ROW EXECUTE FUNCTION sending_gate();

-- Said by a reviewer, in their own name, of the words that are there; taken back by the same, once.
CREATE OR REPLACE FUNCTION weak_answer_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.marked_by::text <> app_actor() THEN
      RAISE EXCEPTION 'an answer is called weak by the person who acts'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'weak_answer_is_marked_by_actor', TABLE = TG_TABLE_NAME;
    END IF;
    IF NOT EXISTS (
      SELECT 1 FROM person p WHERE p.id = NEW.marked_by AND p.blocked_at IS NULL AND (p.administrator OR EXISTS (
        SELECT 1 FROM membership m JOIN revision r ON r.proposal_id = m.proposal_id
        WHERE r.id = NEW.revision_id AND m.person_id = p.id AND m.role IN ('reviewer', 'maintainer')))) THEN
      RAISE EXCEPTION 'an answer is called weak by a reviewer or a maintainer'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'weak_answer_is_marked_by_reviewer', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.withdrawn_at IS NOT NULL OR NOT EXISTS (
      SELECT 1 FROM revision_answer a WHERE a.revision_id = NEW.revision_id AND a.question = NEW.question
        AND a.answer_sha256 = NEW.answer_sha256) THEN
      RAISE EXCEPTION 'an answer is called weak in the words that it has'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'weak_answer_is_of_the_words', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.withdrawn_at IS NULL AND NEW.withdrawn_at IS NOT NULL
     AND (NEW.id, NEW.revision_id, NEW.question, NEW.answer_sha256, NEW.reason, NEW.marked_by, NEW.marked_at)
       IS NOT DISTINCT FROM (OLD.id, OLD.revision_id, OLD.question, OLD.answer_sha256, OLD.reason, OLD.marked_by, OLD.marked_at) THEN
    IF OLD.marked_by::text <> app_actor() THEN
      RAISE EXCEPTION 'only its reviewer takes it back'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'weak_answer_is_withdrawn_by_reviewer', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'what was said of an answer stays as it was said'
    USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'weak_answer_is_kept', TABLE = TG_TABLE_NAME;
END $$;
CREATE OR REPLACE TRIGGER weak_answer_rule BEFORE INSERT OR UPDATE OR DELETE ON weak_answer FOR EACH ROW EXECUTE FUNCTION weak_answer_rule();
CREATE OR REPLACE TRIGGER weak_answers_are_kept BEFORE TRUNCATE ON weak_answer FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

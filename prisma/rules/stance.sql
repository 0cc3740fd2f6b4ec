-- What somebody said of a revision is theirs and stays; taking it back is a row of its own.
CREATE OR REPLACE FUNCTION stance_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.person_id <> OLD.person_id AND is_merge(OLD.person_id, NEW.person_id) THEN
    OLD.person_id := NEW.person_id;
    IF NEW IS NOT DISTINCT FROM OLD THEN RETURN NEW; END IF;
  END IF;
  IF TG_OP <> 'INSERT' THEN
    RAISE EXCEPTION 'a stance stays as it was given'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'stance_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.person_id::text <> app_actor() THEN
    RAISE EXCEPTION 'a stance is that of the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'stance_names_actor', TABLE = TG_TABLE_NAME;
  END IF;
  IF NOT EXISTS (SELECT 1 FROM revision r WHERE r.id = NEW.revision_id AND r.proposal_id = NEW.proposal_id) THEN
    RAISE EXCEPTION 'a stance is on a revision of its proposal'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'stance_is_of_its_proposal', TABLE = TG_TABLE_NAME;
  END IF;
  -- Nobody reviews their own proposal.
  IF NEW.value IN ('acked_by', 'reviewed_by') AND EXISTS (
       SELECT 1 FROM membership m WHERE m.proposal_id = NEW.proposal_id AND m.person_id = NEW.person_id AND m.role = 'author') THEN
    RAISE EXCEPTION 'an author does not review their own proposal'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'stance_is_not_an_authors', TABLE = TG_TABLE_NAME;
  END IF;
  -- Anybody may say that they reviewed or tested, as on a list; a Nack blocks.
  IF NEW.value = 'nacked_by' AND NOT EXISTS (
       SELECT 1 FROM person p WHERE p.id = NEW.person_id AND (p.administrator OR EXISTS (
         SELECT 1 FROM membership m WHERE m.proposal_id = NEW.proposal_id AND m.person_id = p.id AND m.role IN ('reviewer', 'maintainer')))) THEN
    RAISE EXCEPTION 'a Nack is a reviewer''s or a maintainer''s'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'stance_nack_is_a_reviewers', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER stance_rule BEFORE INSERT OR UPDATE OR DELETE ON stance FOR EACH ROW EXECUTE FUNCTION stance_rule();
CREATE OR REPLACE TRIGGER stances_are_kept BEFORE TRUNCATE ON stance FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

CREATE OR REPLACE FUNCTION stance_withdrawal_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.stance_id = OLD.stance_id AND NEW.at = OLD.at AND is_merge(OLD.person_id, NEW.person_id) THEN RETURN NEW; END IF;
  IF TG_OP <> 'INSERT' THEN
    RAISE EXCEPTION 'a withdrawal stays'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'stance_withdrawal_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.person_id::text <> app_actor() OR NOT EXISTS (SELECT 1 FROM stance s WHERE s.id = NEW.stance_id AND s.person_id = NEW.person_id) THEN
    RAISE EXCEPTION 'a stance is taken back by whose it is'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'stance_is_withdrawn_by_its_person', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER stance_withdrawal_rule BEFORE INSERT OR UPDATE OR DELETE ON stance_withdrawal FOR EACH ROW EXECUTE FUNCTION stance_withdrawal_rule();
CREATE OR REPLACE TRIGGER stance_withdrawals_are_kept BEFORE TRUNCATE ON stance_withdrawal FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

-- A hold is placed in one's own name, for its time; it may be lifted, and does not change else.
CREATE OR REPLACE FUNCTION hold_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (NEW.id <> OLD.id OR NEW.proposal_id <> OLD.proposal_id OR NOT is_merge(OLD.person_id, NEW.person_id)
       OR NEW.reason <> OLD.reason OR NEW.placed_at <> OLD.placed_at OR NEW.until <> OLD.until
       OR (OLD.lifted_at IS NOT NULL AND NEW.lifted_at IS DISTINCT FROM OLD.lifted_at))) THEN
    RAISE EXCEPTION 'a hold stays as it was placed'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'hold_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF TG_OP = 'INSERT' AND NEW.person_id::text <> app_actor() THEN
    RAISE EXCEPTION 'a hold is placed by the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_names_actor', TABLE = TG_TABLE_NAME;
  END IF;
  -- Before its end by whose it is; after it by anybody's act, which only says that it is over.
  IF TG_OP = 'UPDATE' AND NEW.lifted_at IS NOT NULL AND OLD.lifted_at IS NULL AND NEW.lifted_at < OLD.until AND app_actor() <> OLD.person_id::text THEN
    RAISE EXCEPTION 'a hold is lifted by whose it is'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'hold_is_lifted_by_its_person', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER hold_rule BEFORE INSERT OR UPDATE OR DELETE ON hold FOR EACH ROW EXECUTE FUNCTION hold_rule();
CREATE OR REPLACE TRIGGER holds_are_kept BEFORE TRUNCATE ON hold FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

-- That a change is editorial an author says, in their own name, of the newest revision and for good; once, somebody who is no
-- author may say that it is not: who reviews, or whose stance stays by it.
CREATE OR REPLACE FUNCTION editorial_change_rule() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  of_proposal uuid := (SELECT r.proposal_id FROM revision r WHERE r.id = coalesce(NEW.revision_id, OLD.revision_id));
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF NEW.marked_by::text <> app_actor() OR NEW.disputed_by IS NOT NULL OR NOT EXISTS (
         SELECT 1 FROM membership m WHERE m.proposal_id = of_proposal AND m.person_id = NEW.marked_by AND m.role = 'author') THEN
      RAISE EXCEPTION 'an author who acts says that a change is editorial'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'editorial_change_is_an_authors', TABLE = TG_TABLE_NAME;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM revision r JOIN proposal p ON p.id = r.proposal_id
                   WHERE r.id = NEW.revision_id AND r.number > 1 AND r.number = p.current_revision) THEN
      RAISE EXCEPTION 'what is editorial is a change of the newest revision'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'editorial_change_is_of_the_newest', TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR OLD.disputed_by IS NOT NULL OR NEW.disputed_by IS NULL
     OR (NEW.revision_id, NEW.writeup, NEW.marked_by, NEW.marked_at, NEW.changes)
       IS DISTINCT FROM (OLD.revision_id, OLD.writeup, OLD.marked_by, OLD.marked_at, OLD.changes) THEN
    RAISE EXCEPTION 'that a change is editorial stays said'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'editorial_change_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.disputed_by::text <> app_actor()
     OR EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = of_proposal AND m.person_id = NEW.disputed_by AND m.role = 'author')
     OR NOT EXISTS (
       SELECT 1 FROM person p WHERE p.id = NEW.disputed_by AND p.blocked_at IS NULL AND (p.administrator
         OR EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = of_proposal AND m.person_id = p.id AND m.role IN ('reviewer', 'maintainer'))
         OR EXISTS (SELECT 1 FROM stance s WHERE s.proposal_id = of_proposal AND s.person_id = p.id))) THEN
    RAISE EXCEPTION 'that a change is not editorial is said by who reviews it'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'editorial_change_is_disputed_by_reviewer', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER editorial_change_rule BEFORE INSERT OR UPDATE OR DELETE ON editorial_change FOR EACH ROW EXECUTE FUNCTION editorial_change_rule();
CREATE OR REPLACE TRIGGER editorial_changes_are_kept BEFORE TRUNCATE ON editorial_change FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

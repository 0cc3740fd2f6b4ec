-- Which state follows which, and what each step needs: the page asks the same table (lib/review/proposal/state.ts).
CREATE OR REPLACE FUNCTION accept_gate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  n int;
  is_author boolean;
  is_maintainer boolean;
BEGIN
  IF NEW.state <> OLD.state THEN
    is_author := EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = OLD.id AND m.person_id::text = app_actor() AND m.role = 'author');
    is_maintainer := EXISTS (SELECT 1 FROM membership m WHERE m.proposal_id = OLD.id AND m.person_id::text = app_actor() AND m.role = 'maintainer')
      OR EXISTS (SELECT 1 FROM person p WHERE p.id::text = app_actor() AND p.administrator);
    IF OLD.state IN ('accepted', 'rejected', 'withdrawn') THEN
      RAISE EXCEPTION 'what was decided stays'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_decision_is_kept', TABLE = TG_TABLE_NAME;
    END IF;
    IF NOT (NEW.state IN ('rejected', 'withdrawn') OR (OLD.state::text, NEW.state::text) IN (
         ('draft', 'ready'), ('ready', 'draft'), ('draft', 'in_review'), ('ready', 'in_review'), ('in_review', 'changes_requested'),
         ('changes_requested', 'in_review'), ('in_review', 'last_call'), ('last_call', 'in_review'), ('last_call', 'changes_requested'),
         ('last_call', 'accepted'))) THEN
      RAISE EXCEPTION 'a proposal does not go from % to %', OLD.state, NEW.state
        USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_states_follow', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.state = 'in_review' AND OLD.state IN ('draft', 'ready') AND NOT is_author THEN
      RAISE EXCEPTION 'an author asks for review'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'review_is_asked_by_author', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.state IN ('last_call', 'accepted') AND (is_author OR NOT is_maintainer) THEN
      RAISE EXCEPTION 'a maintainer who is no author calls and accepts'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_is_accepted_by_maintainer', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.state = 'rejected' AND NOT is_maintainer THEN
      RAISE EXCEPTION 'a maintainer rejects'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_is_rejected_by_maintainer', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.state = 'withdrawn' AND NOT is_author THEN
      RAISE EXCEPTION 'an author withdraws'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_is_withdrawn_by_author', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.decided_by IS NOT NULL AND NEW.decided_by::text <> app_actor() THEN
      RAISE EXCEPTION 'a decision names the person who acts'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_is_decided_by_actor', TABLE = TG_TABLE_NAME;
    END IF;
  END IF;
  IF NEW.state = 'accepted' AND OLD.state <> 'accepted' THEN
    SELECT count(*) INTO n FROM thread
      WHERE proposal_id = NEW.id AND kind = 'objection' AND state IN ('open', 'answered');
    IF n > 0 THEN
      RAISE EXCEPTION '% objections stand', n
        USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_is_accepted_without_objections', TABLE = TG_TABLE_NAME;
    END IF;
    IF NEW.decided_at < OLD.last_call_ends_at THEN
      RAISE EXCEPTION 'last call is not over'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_is_accepted_after_last_call', TABLE = TG_TABLE_NAME;
    END IF;
  END IF;
  IF OLD.decided_at IS NOT NULL AND (NEW.decided_at IS DISTINCT FROM OLD.decided_at OR NOT is_merge(OLD.decided_by, NEW.decided_by)
       OR NEW.decided_on IS DISTINCT FROM OLD.decided_on OR NEW.decision_reason <> OLD.decision_reason) THEN
    RAISE EXCEPTION 'what was decided stays'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_decision_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.slug <> OLD.slug OR NEW.change_id <> OLD.change_id THEN
    RAISE EXCEPTION 'slug and change-id stay for ever'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'proposal_slug_and_change_id_are_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.current_revision < OLD.current_revision OR NEW.next_thread < OLD.next_thread THEN
    RAISE EXCEPTION 'numbers only go up'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'proposal_numbers_go_up', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER proposal_rule BEFORE UPDATE ON proposal FOR EACH ROW EXECUTE FUNCTION accept_gate();

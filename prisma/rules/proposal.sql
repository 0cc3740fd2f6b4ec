-- A proposal with a standing objection is not accepted.
CREATE OR REPLACE FUNCTION accept_gate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE standing int;
BEGIN
  IF NEW.state = 'accepted' AND OLD.state <> 'accepted' THEN
    SELECT count(*) INTO standing FROM thread
      WHERE proposal_id = NEW.id AND kind = 'objection' AND state IN ('open', 'answered');
    IF standing > 0 THEN
      RAISE EXCEPTION '% objections stand', standing
        USING ERRCODE = 'check_violation', CONSTRAINT = 'proposal_is_accepted_without_objections', TABLE = TG_TABLE_NAME;
    END IF;
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

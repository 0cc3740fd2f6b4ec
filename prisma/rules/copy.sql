-- A state is saved by who acts, in their own name, and stays as it was saved.
CREATE OR REPLACE FUNCTION working_state_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.person_id::text <> app_actor() THEN
    RAISE EXCEPTION 'a saved state names who saved it'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'working_state_names_actor', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER working_state_rule BEFORE INSERT ON working_state FOR EACH ROW EXECUTE FUNCTION working_state_rule();
CREATE OR REPLACE TRIGGER working_state_is_immutable BEFORE UPDATE ON working_state FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER working_text_is_immutable BEFORE UPDATE ON working_text FOR EACH ROW EXECUTE FUNCTION refuse_change();

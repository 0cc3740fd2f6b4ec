CREATE OR REPLACE FUNCTION event_hash(prev bytea, id bigint, proposal uuid, actor uuid, kind text, subject jsonb, at timestamptz)
RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(convert_to(concat_ws(E'\n', encode(coalesce(prev, ''), 'hex'), id, proposal, coalesce(actor::text, ''),
    kind, subject::text, extract(epoch FROM at)::numeric), 'UTF8'))
$$;

-- Each event carries SHA-256 over the hash of the one before it and its own content. The proposal's row lock makes
-- the chain a line; the number is taken under the lock, so that order of numbers = order in the chain.
CREATE OR REPLACE FUNCTION chain_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF coalesce(NEW.actor_id::text, '') <> app_actor() THEN
    RAISE EXCEPTION 'an event names the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'event_names_actor', TABLE = TG_TABLE_NAME;
  END IF;
  -- NO KEY: whoever has written a row that names the proposal holds its key, and may come to wait for us.
  PERFORM 1 FROM proposal WHERE id = NEW.proposal_id FOR NO KEY UPDATE;
  NEW.id := nextval(pg_get_serial_sequence('event', 'id'));
  NEW.at := clock_timestamp();
  SELECT hash INTO NEW.prev_hash FROM event WHERE proposal_id = NEW.proposal_id ORDER BY id DESC LIMIT 1;
  NEW.hash := event_hash(NEW.prev_hash, NEW.id, NEW.proposal_id, NEW.actor_id, NEW.kind, NEW.subject, NEW.at);
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER event_chain BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION chain_event();
-- Whoever listens is told that there is more, and of which proposal: ids alone, since everybody with a connection hears it.
-- What it is they read from the rows, each for whom it is for.
CREATE OR REPLACE FUNCTION tell_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('coherent_event', NEW.proposal_id || ' ' || NEW.id);
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER event_is_told AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION tell_event();
CREATE OR REPLACE TRIGGER event_is_immutable BEFORE UPDATE OR DELETE ON event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE OR REPLACE TRIGGER event_is_kept BEFORE TRUNCATE ON event FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();

-- Whoever sends again must find what was answered then, so a key is written once and stays. A TRUNCATE would let every
-- open form act a second time.
CREATE OR REPLACE FUNCTION act_key_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    RAISE EXCEPTION 'the key of an act is written once and stays'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'act_key_is_kept', TABLE = TG_TABLE_NAME;
  END IF;
  IF NEW.person_id::text <> app_actor() THEN
    RAISE EXCEPTION 'the key of an act is that of the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'act_key_names_actor', TABLE = TG_TABLE_NAME;
  END IF;
  RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER act_key_rule BEFORE INSERT OR UPDATE OR DELETE ON act_key FOR EACH ROW EXECUTE FUNCTION act_key_rule();
CREATE OR REPLACE TRIGGER act_keys_are_kept BEFORE TRUNCATE ON act_key FOR EACH STATEMENT EXECUTE FUNCTION act_key_rule();

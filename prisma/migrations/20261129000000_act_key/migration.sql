-- What was done once is not done again: the key that was made with a draft, and what came of it. A form that is sent
-- twice, or again after the answer was lost, finds its first result here.

CREATE TABLE "act_key" (
    "key" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "result" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ(6) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "act_key_is_used_once" PRIMARY KEY ("key")
);

ALTER TABLE "act_key" ADD CONSTRAINT "act_key_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "person"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE act_key ADD CONSTRAINT act_key_kind_is_a_word CHECK (kind ~ '^[a-z][a-z-]{0,39}$');

-- Whoever sends again must find what was answered then, so a key is written once and stays. A TRUNCATE would let every
-- open form act a second time.
CREATE FUNCTION act_key_rule() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    RAISE EXCEPTION 'the key of an act is written once and stays'
      USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'act_key_is_kept', TABLE = 'act_key';
  END IF;
  IF NEW.person_id::text <> app_actor() THEN
    RAISE EXCEPTION 'the key of an act is that of the person who acts'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'act_key_names_actor', TABLE = 'act_key';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER act_key_rule BEFORE INSERT OR UPDATE OR DELETE ON act_key FOR EACH ROW EXECUTE FUNCTION act_key_rule();
CREATE TRIGGER act_keys_are_kept BEFORE TRUNCATE ON act_key FOR EACH STATEMENT EXECUTE FUNCTION act_key_rule();

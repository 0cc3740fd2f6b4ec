-- Where threads stand in later revisions, and which block came from which. Both are derived from what is immutable;
-- `coherent upgrade` fills them for what was published before.

CREATE TABLE "anchor_port" (
    "thread_id" UUID NOT NULL,
    "revision_id" UUID NOT NULL,
    "state" TEXT NOT NULL,
    "block_key" TEXT,
    "text_start" INTEGER,
    "text_end" INTEGER,
    "survival" DOUBLE PRECISION NOT NULL,
    "algorithm" TEXT NOT NULL,
    "pinned_by" UUID,
    "pinned_at" TIMESTAMPTZ(6),
    CONSTRAINT "anchor_port_pkey" PRIMARY KEY ("thread_id","revision_id")
);
CREATE INDEX "anchor_port_revision_id_block_key_idx" ON "anchor_port"("revision_id", "block_key");
ALTER TABLE "anchor_port" ADD CONSTRAINT "anchor_port_thread_id_fkey" FOREIGN KEY ("thread_id") REFERENCES "thread"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "anchor_port" ADD CONSTRAINT "anchor_port_revision_id_fkey" FOREIGN KEY ("revision_id") REFERENCES "revision"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "anchor_port" ADD CONSTRAINT "anchor_port_revision_id_block_key_fkey" FOREIGN KEY ("revision_id", "block_key") REFERENCES "block"("revision_id", "block_key") ON DELETE RESTRICT ON UPDATE RESTRICT;
ALTER TABLE "anchor_port" ADD CONSTRAINT "anchor_port_pinned_by_fkey" FOREIGN KEY ("pinned_by") REFERENCES "person"("id") ON DELETE SET NULL ON UPDATE CASCADE;

CREATE TABLE "block_origin" (
    "revision_id" UUID NOT NULL,
    "block_key" TEXT NOT NULL,
    "previous_key" TEXT,
    "algorithm" TEXT NOT NULL,
    CONSTRAINT "block_origin_pkey" PRIMARY KEY ("revision_id","block_key")
);
ALTER TABLE "block_origin" ADD CONSTRAINT "block_origin_revision_id_block_key_fkey" FOREIGN KEY ("revision_id", "block_key") REFERENCES "block"("revision_id", "block_key") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE anchor_port
  ADD CONSTRAINT anchor_port_state_is_known
    CHECK (state IN ('exact', 'moved', 'edited', 'approximate', 'block', 'orphaned')),
  ADD CONSTRAINT anchor_port_is_placed_unless_orphaned
    CHECK ((state = 'orphaned') = (block_key IS NULL) AND (block_key IS NULL) = (text_start IS NULL)
           AND (text_start IS NULL) = (text_end IS NULL)),
  ADD CONSTRAINT anchor_port_range CHECK (text_start IS NULL OR (text_start >= 0 AND text_start < text_end)),
  ADD CONSTRAINT anchor_port_survival_is_a_share CHECK (survival BETWEEN 0 AND 1),
  ADD CONSTRAINT anchor_port_pin_has_a_moment CHECK ((pinned_by IS NULL) = (pinned_at IS NULL)),
  ADD CONSTRAINT anchor_port_pin_has_a_place CHECK (pinned_by IS NULL OR block_key IS NOT NULL);

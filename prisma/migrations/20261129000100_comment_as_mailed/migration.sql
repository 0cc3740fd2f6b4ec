-- Comments were Markdown, and left as what a program made of it: lists renumbered, stars gone, links at the foot. From
-- now on they are text, on the page and in mail. The words stay as they were typed; what mail has of them, or may have,
-- is kept beside them, so that a mail that left before is known when it comes back, a quote of it finds its place, and
-- one Message-ID has one text.
--
-- The rendering is the program's: `coherent upgrade` fills `body`, as each start does before anything is served.
CREATE TABLE "comment_as_mailed" (
    "comment_id" UUID NOT NULL,
    "version" INTEGER NOT NULL,
    "body" TEXT,

    CONSTRAINT "comment_as_mailed_pkey" PRIMARY KEY ("comment_id", "version")
);

ALTER TABLE "comment_as_mailed" ADD CONSTRAINT "comment_as_mailed_comment_id_fkey"
  FOREIGN KEY ("comment_id") REFERENCES "comment"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE INDEX "comment_as_mailed_open" ON "comment_as_mailed" ("comment_id") WHERE "body" IS NULL;

-- Numbered as the versions of a comment are: the present text is one more than the last that an edit replaced.
INSERT INTO comment_as_mailed (comment_id, version)
  SELECT id, lock_version + 1 FROM comment WHERE origin = 'web' AND redacted_at IS NULL
  UNION ALL
  SELECT v.comment_id, v.version FROM comment_version v JOIN comment c ON c.id = v.comment_id
    WHERE c.origin = 'web' AND c.redacted_at IS NULL;

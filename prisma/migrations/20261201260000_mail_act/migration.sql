-- What the lines of a mail did, or why they did nothing.
CREATE TABLE mail_act (
  mail_id UUID NOT NULL REFERENCES incoming_mail(id) ON DELETE RESTRICT ON UPDATE CASCADE,
  ord INT NOT NULL,
  line TEXT NOT NULL,
  did BOOLEAN NOT NULL,
  -- A sentence for whoever wrote the mail.
  says TEXT NOT NULL,
  at TIMESTAMPTZ(6) NOT NULL,
  CONSTRAINT mail_act_pkey PRIMARY KEY (mail_id, ord),
  CONSTRAINT mail_act_line_length CHECK (length(line) BETWEEN 1 AND 4000),
  CONSTRAINT mail_act_says_something CHECK (length(says) BETWEEN 1 AND 1000)
);

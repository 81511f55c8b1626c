-- Step 23: claims that wait for a paper, texts that wait for a review, people who are asked again, words a message expects.

-- State: 0 waits, 1 shown by a paper, 2 left as it was.
-- Workspace: permissions that a file says are newer than the person's own refusal.
CREATE TABLE consent_claim (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, number TEXT NOT NULL, import BIGINT NOT NULL, file_row BIGINT NOT NULL,
  wording BIGINT NOT NULL, claimed_at BIGINT NOT NULL, refused_at BIGINT NOT NULL, state BIGINT NOT NULL, actor TEXT NOT NULL,
  at BIGINT NOT NULL, decided_at BIGINT NOT NULL, UNIQUE (workspace, number, import));
CREATE INDEX consent_claim_open ON consent_claim (workspace, id) WHERE state = 0;

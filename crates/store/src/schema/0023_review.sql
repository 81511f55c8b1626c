-- Step 23: claims that wait for a paper, texts that wait for a review, people who are asked again, words a message expects.

-- State: 0 waits, 1 shown by a paper, 2 left as it was.
-- Workspace: permissions that a file says are newer than the person's own refusal.
CREATE TABLE consent_claim (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, number TEXT NOT NULL, import BIGINT NOT NULL, file_row BIGINT NOT NULL,
  wording BIGINT NOT NULL, claimed_at BIGINT NOT NULL, refused_at BIGINT NOT NULL, state BIGINT NOT NULL, actor TEXT NOT NULL,
  at BIGINT NOT NULL, decided_at BIGINT NOT NULL, UNIQUE (workspace, number, import));
CREATE INDEX consent_claim_open ON consent_claim (workspace, id) WHERE state = 0;

-- Kind: ending (the permission runs out soon), weak (nobody but ours or a file says so). State: asking, waiting, over, stopped.
-- Workspace: people asked once more whether we may go on writing to them.
CREATE TABLE reconfirm (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, kind TEXT NOT NULL, list BIGINT NOT NULL, state TEXT NOT NULL,
  sender TEXT NOT NULL, before_days BIGINT NOT NULL, answer_days BIGINT NOT NULL, weak TEXT NOT NULL, place BIGINT NOT NULL,
  actor TEXT NOT NULL, at BIGINT NOT NULL, done_at BIGINT NOT NULL);
CREATE INDEX reconfirm_workspace ON reconfirm (workspace, id);
-- State: 0 asked, 1 said yes, 2 silent, 3 not reached or left out, 4 refused.
-- Workspace: whom such a run asked, and what came of it.
CREATE TABLE reconfirm_ask (
  reconfirm BIGINT NOT NULL, contact BIGINT NOT NULL, workspace BIGINT NOT NULL, signup BIGINT NOT NULL, state BIGINT NOT NULL,
  code BIGINT NOT NULL, at BIGINT NOT NULL, until_at BIGINT NOT NULL, PRIMARY KEY (reconfirm, contact)) WITHOUT ROWID;
CREATE INDEX reconfirm_ask_contact ON reconfirm_ask (contact, at);
CREATE INDEX reconfirm_ask_open ON reconfirm_ask (reconfirm, until_at) WHERE state = 0;

-- State: waits, approved, refused, ended. until_at 0 has no end. Country is where it is registered, empty everywhere.
-- Workspace: texts that somebody has to approve before they are sent, as a register of templates holds them.
CREATE TABLE template_review (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, class BIGINT NOT NULL, country TEXT NOT NULL, text TEXT NOT NULL,
  reference TEXT NOT NULL, state TEXT NOT NULL, asked_by TEXT NOT NULL, at BIGINT NOT NULL, decided_by TEXT NOT NULL,
  decided_at BIGINT NOT NULL, until_at BIGINT NOT NULL, note TEXT NOT NULL);
CREATE INDEX template_review_workspace ON template_review (workspace, id);

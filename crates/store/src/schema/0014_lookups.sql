-- Step 14: numbers are looked up before they are routed; messages with parameters of their own.

-- Workspace: optional parameters of SMPP that a message was handed in with, a line each; few messages have any.
CREATE TABLE message_tlv (message BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, tlvs TEXT NOT NULL);

-- Of what came in: the parameters its connector keeps, as people read them.
ALTER TABLE inbound ADD COLUMN tlvs TEXT NOT NULL DEFAULT '';
-- Machine: how numbers are looked up; workspace 0 is for all that have no question of their own. Secrets are sealed.
CREATE TABLE lookup_hook (
  workspace BIGINT PRIMARY KEY, settings TEXT NOT NULL, secrets BYTEA NOT NULL, stamp BIGINT NOT NULL, at BIGINT NOT NULL);
-- Machine: what was asked and answered about a number, apart for each question; state 0 waits, 1 is asked, 2 answered, 3 not.
CREATE TABLE lookup (
  hook BIGINT NOT NULL, number TEXT NOT NULL, state BIGINT NOT NULL, network TEXT NOT NULL, country TEXT NOT NULL,
  sort TEXT NOT NULL, ported BIGINT NOT NULL, error TEXT NOT NULL, at BIGINT NOT NULL, until BIGINT NOT NULL,
  PRIMARY KEY (hook, number)) WITHOUT ROWID;
CREATE INDEX lookup_open ON lookup (state, at) WHERE state < 2;
CREATE INDEX lookup_until ON lookup (until);
-- Machine: messages that wait for an answer; they stand on the agenda as kind 2, due when nobody waits any longer.
CREATE TABLE lookup_wait (
  message BIGINT PRIMARY KEY, hook BIGINT NOT NULL, number TEXT NOT NULL, due BIGINT NOT NULL);
CREATE INDEX lookup_wait_number ON lookup_wait (hook, number);
CREATE INDEX lookup_wait_due ON lookup_wait (due);

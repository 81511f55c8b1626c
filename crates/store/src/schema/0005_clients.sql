-- Step 5: other people's programs that bind to us by SMPP: their accounts, their sessions, what waits for them.

-- Workspace: accounts of the SMPP server. `serial` stands in the notify column of their messages, above its flags.
CREATE TABLE client (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, serial BIGINT NOT NULL UNIQUE, name TEXT NOT NULL,
  system_id TEXT NOT NULL UNIQUE, password BYTEA NOT NULL, settings TEXT NOT NULL, enabled BIGINT NOT NULL,
  version BIGINT NOT NULL, created_at BIGINT NOT NULL, bound_at BIGINT NOT NULL, bound_from TEXT NOT NULL,
  UNIQUE (workspace, name));
-- Machine: bound sessions, each of the process it lives in.
CREATE TABLE client_session (
  id BIGINT PRIMARY KEY, client BIGINT NOT NULL, workspace BIGINT NOT NULL, node BIGINT NOT NULL, run BIGINT NOT NULL,
  bind BIGINT NOT NULL, address TEXT NOT NULL, version BIGINT NOT NULL, tls BIGINT NOT NULL, since BIGINT NOT NULL,
  rate BIGINT NOT NULL, accepted BIGINT NOT NULL, refused BIGINT NOT NULL);
CREATE INDEX client_session_client ON client_session (client);
-- Machine: which process hands a client what waits for it; it holds while that process lives.
CREATE TABLE client_lease (client BIGINT PRIMARY KEY, node BIGINT NOT NULL, run BIGINT NOT NULL);
-- Machine: what waits for clients, in order: receipts (kind 0) and messages in (kind 1). Gone once it was taken.
CREATE TABLE client_out (
  client BIGINT NOT NULL, id BIGINT NOT NULL, kind BIGINT NOT NULL, ref BIGINT NOT NULL, given TEXT NOT NULL,
  status BIGINT NOT NULL, code BIGINT NOT NULL, detail TEXT NOT NULL, at BIGINT NOT NULL, due BIGINT NOT NULL,
  tries BIGINT NOT NULL, until BIGINT NOT NULL, PRIMARY KEY (client, id)) WITHOUT ROWID;
-- Workspace: ids that a client was given besides that of the message: for the parts it sent, and for SMPP 3.3.
CREATE TABLE client_given (
  client BIGINT NOT NULL, given TEXT NOT NULL, workspace BIGINT NOT NULL, message BIGINT NOT NULL, wants BIGINT NOT NULL,
  PRIMARY KEY (client, given)) WITHOUT ROWID;
CREATE INDEX client_given_message ON client_given (message);
-- Workspace: parts that a client sent of texts that are not whole yet.
CREATE TABLE client_part (
  id BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, client BIGINT NOT NULL, name TEXT NOT NULL, seq BIGINT NOT NULL,
  given TEXT NOT NULL, wants BIGINT NOT NULL, coding BIGINT NOT NULL, header BYTEA NOT NULL, octets BYTEA NOT NULL,
  at BIGINT NOT NULL);
CREATE INDEX client_part_name ON client_part (client, name, id);
ALTER TABLE number ADD COLUMN client BIGINT NOT NULL DEFAULT 0;

-- Step 21: messages with optional parameters of their own; what is urgent is looked up first.

-- Workspace: optional parameters of SMPP that a message was handed in with, a line each; few messages have any.
CREATE TABLE message_tlv (message BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, tlvs TEXT NOT NULL);

-- Of what came in: the parameters its connector keeps, a line each.
ALTER TABLE inbound ADD COLUMN tlvs TEXT NOT NULL DEFAULT '';
ALTER TABLE inbound_part ADD COLUMN tlvs TEXT NOT NULL DEFAULT '';

-- What is urgent is looked up before everything else (1), and waits by the clock that is believed: until `patience`.
ALTER TABLE lookup ADD COLUMN urgent BIGINT NOT NULL DEFAULT 0;
CREATE INDEX lookup_urgent ON lookup (hook, at) WHERE state = 0 AND urgent = 1;
ALTER TABLE lookup_wait ADD COLUMN urgent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE lookup_wait ADD COLUMN patience BIGINT NOT NULL DEFAULT 0;
UPDATE lookup_wait SET patience = due;
CREATE INDEX lookup_wait_patience ON lookup_wait (patience);
DROP INDEX lookup_wait_due;

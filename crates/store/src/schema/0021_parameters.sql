-- Step 21: messages with optional parameters of their own.

-- Workspace: optional parameters of SMPP that a message was handed in with, a line each; few messages have any.
CREATE TABLE message_tlv (message BIGINT PRIMARY KEY, workspace BIGINT NOT NULL, tlvs TEXT NOT NULL);

-- Of what came in: the parameters its connector keeps, as people read them.
ALTER TABLE inbound ADD COLUMN tlvs TEXT NOT NULL DEFAULT '';

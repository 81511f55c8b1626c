-- Step 20: mailings are about topics.

-- What a mailing is about, by the topic's row; 0 nothing that people can choose. Fixed once it is launched: the intent asks it.
ALTER TABLE campaign ADD COLUMN topic BIGINT NOT NULL DEFAULT 0;

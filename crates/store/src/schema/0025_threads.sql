-- Step 25: conversations are found by what is asked of them, however many there are.

CREATE INDEX thread_latest ON thread (workspace, last_at, id);
CREATE INDEX thread_unread ON thread (workspace, last_at, id) WHERE unread > 0;
CREATE INDEX thread_campaign ON thread (last_campaign, last_at) WHERE last_campaign <> 0;

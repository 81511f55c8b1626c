-- Step 19: room for what changes. A message is written three times, as it is accepted, taken and reported; on PostgreSQL
-- each is a new version of its row. Where the page has room for it no index has to be told.
-- PostgreSQL only:
ALTER TABLE message_rest SET (fillfactor = 45);
-- PostgreSQL only:
ALTER TABLE stream SET (fillfactor = 20);
-- PostgreSQL only:
ALTER TABLE traffic SET (fillfactor = 50);

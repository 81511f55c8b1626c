-- Uploads of public lists, found and dropped one by one.
CREATE INDEX registry_entry_upload ON registry_entry (workspace, registry, generation, tag);

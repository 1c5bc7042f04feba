-- Uploads of archives: what was sent is not what the version has.

-- Bytes that were sent, where that is not the size of the files.
ALTER TABLE modules ADD COLUMN sent_bytes BIGINT;

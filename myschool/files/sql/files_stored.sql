-- Stored files as they are named to those who may read them; who may is said by the row that points at one.
--   file_id: the file
--   name: the name it came with
--   content_type: what its bytes are
--   size: in bytes
CREATE OR REPLACE VIEW files_stored AS
SELECT id AS file_id, name, content_type, size FROM files_storedfile;

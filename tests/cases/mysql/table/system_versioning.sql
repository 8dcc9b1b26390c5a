-- MariaDB's system versioning is no column.
--- before
CREATE TABLE t (a INT PRIMARY KEY);
--- up
ALTER TABLE t ADD SYSTEM VERSIONING;

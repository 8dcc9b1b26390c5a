-- A column goes with the generated one that reads it.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL, g INT GENERATED ALWAYS AS (a * 2) VIRTUAL, z INT NULL);
--- rows
INSERT INTO t (id, a, z) VALUES (1, 4, 9);
--- up
ALTER TABLE t DROP COLUMN g, DROP COLUMN a;
--- down
ALTER TABLE `t`
    ADD COLUMN `a` INT NULL AFTER `id`,
    ADD COLUMN `g` INT GENERATED ALWAYS AS (a * 2) VIRTUAL AFTER `a`;
--- loss
lossy
gone t.a: the migration dropped the column; it comes back empty
gone t.g: it is computed from a, whose values are gone

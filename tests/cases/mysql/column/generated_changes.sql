-- The expression of a generated column changes.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL, g INT GENERATED ALWAYS AS (a * 2) STORED);
--- rows
INSERT INTO t (id, a) VALUES (1, 4);
--- up
ALTER TABLE t MODIFY g INT GENERATED ALWAYS AS (a * 3) STORED;
--- down
ALTER TABLE `t` MODIFY COLUMN `g` INT GENERATED ALWAYS AS (a * 2) STORED;
--- loss
lossless

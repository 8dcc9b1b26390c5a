-- The previous text returns.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE VIEW v AS SELECT id, a FROM t;
--- rows
INSERT INTO t (id, a, b) VALUES (1, 'one', 10), (7, 'two', NULL);
--- up
CREATE OR REPLACE VIEW v AS SELECT id, b FROM t;
--- down
DROP VIEW `v`;
CREATE VIEW `v` AS SELECT id, a FROM t;
--- loss
lossless

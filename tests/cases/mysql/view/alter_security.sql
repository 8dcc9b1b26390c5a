-- ALTER VIEW says its security anew and leaves its algorithm as it was; both are as they were again.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL);
CREATE ALGORITHM = MERGE SQL SECURITY DEFINER VIEW v AS (select `id` from `t`);
--- rows
INSERT INTO t VALUES (1, 1);
--- up
ALTER SQL SECURITY invoker VIEW `v` AS (select `id`, `a` from `t`);
--- down
DROP VIEW `v`;
CREATE ALGORITHM = MERGE SQL SECURITY DEFINER VIEW `v` AS (select `id` from `t`);
--- loss
lossless

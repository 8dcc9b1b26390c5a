-- Duplicates go before a unique index comes.
--- before
CREATE TABLE t (id int PRIMARY KEY, mail text);
--- rows
INSERT INTO t VALUES (1, 'a'), (2, 'a');
--- up
DELETE FROM t USING t o WHERE t.mail = o.mail AND t.id > o.id;
CREATE UNIQUE INDEX t_mail ON t (mail);
--- down
DROP INDEX "t_mail";
--- loss
lossy
gone t: the migration deleted the rows where t.mail = o.mail AND t.id > o.id

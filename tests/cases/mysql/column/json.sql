-- A document column comes and one becomes text.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, doc JSON NULL);
--- rows
INSERT INTO t VALUES (1, '{"a": 1}');
--- up
ALTER TABLE t MODIFY doc LONGTEXT NULL, ADD COLUMN more JSON NULL;
--- down
ALTER TABLE `t`
    DROP COLUMN `more`,
    MODIFY COLUMN `doc` JSON NULL;
--- loss
lossless
may refuse t.doc: values that the other type can't hold exactly come back otherwise (strict mode)
discards t.doc: values that the other type can't hold exactly come back otherwise (without strict mode)
discards t.more: the values in it

-- The whole definition returns, place and comment too.
--- before
CREATE TABLE t (a INT UNSIGNED NOT NULL DEFAULT 3 COMMENT 'c', b VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL, c TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);
--- rows
INSERT INTO t VALUES (1, 'x', '2020-01-01 00:00:00');
--- up
ALTER TABLE t MODIFY a BIGINT NULL, MODIFY b VARCHAR(60) NOT NULL FIRST, MODIFY COLUMN c TIMESTAMP NULL;
--- down
ALTER TABLE `t`
    MODIFY COLUMN `a` INT UNSIGNED NOT NULL DEFAULT 3 COMMENT 'c',
    MODIFY COLUMN `b` VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NULL AFTER `a`,
    MODIFY COLUMN `c` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP;
--- loss
lossless
may refuse t.a: numbers that do not fit are clipped (strict mode)
may refuse t.a: NOT NULL returns: refused while a row holds NULL
may refuse t.b: text that is too long is cut off (strict mode)
may refuse t.c: NOT NULL returns: refused while a row holds NULL
discards t.a: numbers that do not fit are clipped (without strict mode)
discards t.b: text that is too long is cut off (without strict mode)

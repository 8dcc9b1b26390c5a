-- A table returns with its keys, indexes, options and comment.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) CHARACTER SET latin1 NOT NULL COMMENT 'it''s', j JSON, d DECIMAL(10,2) UNSIGNED DEFAULT 1.50, g INT GENERATED ALWAYS AS (d + 1) STORED, PRIMARY KEY (id), FULLTEXT INDEX f (a), INDEX p (a(5)) USING BTREE) ENGINE=InnoDB COMMENT='of things' ROW_FORMAT=DYNAMIC;
--- rows
INSERT INTO t (a, j) VALUES ('x', '{}');
--- up
DROP TABLE t;
--- down
CREATE TABLE `t` (
    `id` INT NOT NULL AUTO_INCREMENT,
    `a` VARCHAR(20) CHARACTER SET latin1 NOT NULL COMMENT 'it''s',
    `j` JSON NULL,
    `d` DECIMAL(10,2) UNSIGNED NULL DEFAULT 1.50,
    `g` INT GENERATED ALWAYS AS (d + 1) STORED,

    PRIMARY KEY (`id`),
    FULLTEXT INDEX `f` (`a`),
    INDEX `p` (`a`(5)) USING BTREE
) ENGINE=InnoDB COMMENT='of things' ROW_FORMAT=DYNAMIC;
--- loss
lossy
gone t: the migration dropped the table; it comes back empty

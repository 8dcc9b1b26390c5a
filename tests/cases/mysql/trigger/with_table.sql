-- A table returns with its triggers.
--- before
CREATE TABLE log (n INT NULL);
CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT NULL);
CREATE TRIGGER t_bi BEFORE INSERT ON t FOR EACH ROW SET NEW.a = COALESCE(NEW.a, 1);
CREATE TRIGGER t_ad AFTER DELETE ON t FOR EACH ROW BEGIN INSERT INTO log VALUES (OLD.id); INSERT INTO log VALUES (OLD.a); END;
--- rows
INSERT INTO t VALUES (1, NULL);
--- up
DROP TABLE t;
--- down
CREATE TABLE `t` (
    `id` INT NOT NULL,
    `a` INT NULL,

    PRIMARY KEY (`id`)
);
CREATE TRIGGER `t_bi` BEFORE INSERT ON `t` FOR EACH ROW SET NEW.a = COALESCE(NEW.a, 1);
CREATE TRIGGER `t_ad` AFTER DELETE ON `t` FOR EACH ROW BEGIN INSERT INTO log VALUES (OLD.id); INSERT INTO log VALUES (OLD.a); END;
--- loss
lossy
gone t: the migration dropped the table; it comes back empty

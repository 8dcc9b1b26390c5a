-- A table is renamed and its view made anew: the old view comes back when the table has its name again.
--- before
CREATE TABLE shops (id INT NOT NULL PRIMARY KEY, a INT NULL);
CREATE VIEW big AS SELECT id FROM shops WHERE a > 1;
--- rows
INSERT INTO shops VALUES (1, 1);
--- up
RENAME TABLE shops TO stores;
ALTER TABLE stores RENAME COLUMN a TO b;
CREATE OR REPLACE VIEW big AS SELECT id FROM stores WHERE b > 1;
--- down
DROP VIEW `big`;
RENAME TABLE `stores` TO `shops`;
ALTER TABLE `shops` CHANGE COLUMN `b` `a` INT NULL;
CREATE VIEW `big` AS SELECT id FROM shops WHERE a > 1;
--- loss
lossless

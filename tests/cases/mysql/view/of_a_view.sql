-- A view that reads another comes back behind it, whatever the case of their names.
--- before
CREATE TABLE Shop (id INT NOT NULL PRIMARY KEY, a INT NULL);
CREATE VIEW ZTotals AS SELECT id, a FROM `Shop`;
CREATE VIEW ABig AS SELECT id FROM `ZTotals` WHERE a > 1;
--- rows
INSERT INTO Shop VALUES (1, 1);
--- up
DROP VIEW `ABig`;
ALTER VIEW `ZTotals` AS SELECT id FROM `Shop`;
--- down
DROP VIEW `ZTotals`;
CREATE VIEW `ZTotals` AS SELECT id, a FROM `Shop`;
CREATE VIEW `ABig` AS SELECT id FROM `ZTotals` WHERE a > 1;
--- loss
lossless

-- An engine is set back, and foreign keys do not mind.
--- before
CREATE TABLE log (id INT NOT NULL PRIMARY KEY, line TEXT NOT NULL) ENGINE=MyISAM;
--- rows
INSERT INTO log VALUES (1, 'x');
--- up
ALTER TABLE log ENGINE=InnoDB;
--- down
ALTER TABLE `log` ENGINE=MyISAM;
--- loss
lossless

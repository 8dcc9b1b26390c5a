-- A table is renamed; keys, triggers and views follow.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER NOT NULL, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
CREATE VIEW v AS SELECT n FROM p;
CREATE TRIGGER g AFTER DELETE ON c BEGIN UPDATE p SET n = NULL WHERE id = OLD.p_id; END;
--- rows
INSERT INTO p VALUES (1, 'x'), (2, NULL);
INSERT INTO c VALUES (10, 1), (11, 1), (12, 2);
--- up
ALTER TABLE p RENAME TO parents;
--- down
ALTER TABLE "parents" RENAME TO "p";
--- loss
lossless

-- The foreign keys that rest on a key go with it.
--- before
CREATE TABLE parent (id int PRIMARY KEY);
CREATE TABLE child (p int REFERENCES parent (id) ON DELETE CASCADE);
--- rows
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1);
--- up
ALTER TABLE parent DROP CONSTRAINT parent_pkey CASCADE;
--- down
ALTER TABLE "parent" ADD CONSTRAINT "parent_pkey" PRIMARY KEY ("id");
ALTER TABLE "child" ADD CONSTRAINT "child_p_fkey" FOREIGN KEY ("p") REFERENCES "parent"("id") ON DELETE CASCADE;
--- loss
lossless
may refuse child.child_p_fkey: the foreign key returns: refused while a row refers to nothing
may refuse parent.parent_pkey: unique again: refused while rows hold the same values

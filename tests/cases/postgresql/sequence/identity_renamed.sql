-- The sequence behind an identity column has a name of its own, whatever the table and the column are called.
--- before
CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY, n text);
ALTER TABLE t RENAME TO users;
ALTER SEQUENCE t_id_seq RENAME TO ids;
--- rows
INSERT INTO users (n) VALUES ('a'), ('b');
DELETE FROM users WHERE n = 'a';
--- up
ALTER TABLE users DROP COLUMN id;
--- down
ALTER TABLE "users" ADD COLUMN "id" int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME ids) NOT NULL;
--- loss
lossy
approximate users.id: PostgreSQL can't put a column back in its place: it comes last
gone users.id: the migration dropped the column; it comes back numbered anew

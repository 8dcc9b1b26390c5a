-- A rename carries along what names the column, and keeps the names of what rests on it.
--- before
CREATE TABLE users (id int PRIMARY KEY, mail text UNIQUE, CHECK (mail <> ''));
CREATE INDEX users_lower ON users (lower(mail)) WHERE mail IS NOT NULL;
--- rows
INSERT INTO users VALUES (1, 'a');
--- up
ALTER TABLE users RENAME COLUMN mail TO email;
--- down
ALTER TABLE "users" RENAME COLUMN "email" TO "mail";
--- loss
lossless

-- Keys, indexes and sequences keep their names when the table gets another.
--- before
CREATE TABLE users (id serial PRIMARY KEY, email text UNIQUE);
CREATE TABLE posts (user_id int REFERENCES users (id));
--- rows
INSERT INTO users (email) VALUES ('a');
INSERT INTO posts VALUES (1);
--- up
ALTER TABLE users RENAME TO accounts;
--- down
ALTER TABLE "accounts" RENAME TO "users";
--- loss
lossless

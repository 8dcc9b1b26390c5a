-- Rows come from another table.
--- before
CREATE TABLE posts (
    id INT NOT NULL AUTO_INCREMENT,
    title VARCHAR(191) NOT NULL,
    body TEXT NULL,
    author_id INT NULL,
    PRIMARY KEY (id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
CREATE TABLE archive (id INT NOT NULL PRIMARY KEY, title VARCHAR(191) NOT NULL);
--- rows
INSERT INTO posts (id, title, body, author_id) VALUES (1, 'one', 'text', 1), (2, 'two', NULL, NULL);
--- up
INSERT INTO archive (id, title) SELECT id, title FROM posts;
--- down
--- loss
lossy
by hand archive: the rows that the migration inserted stay: which they are only the database knows

-- Rows of a table that the same migration makes go with it.
--- before
CREATE TABLE posts (
    id INT NOT NULL AUTO_INCREMENT,
    title VARCHAR(191) NOT NULL,
    body TEXT NULL,
    author_id INT NULL,
    PRIMARY KEY (id)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
--- rows
INSERT INTO posts (id, title, body, author_id) VALUES (1, 'one', 'text', 1), (2, 'two', NULL, NULL);
--- up
CREATE TABLE tags (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, label VARCHAR(20) NOT NULL UNIQUE);
INSERT INTO tags (label) VALUES ('a'), ('b');
INSERT INTO tags (label) SELECT DISTINCT title FROM posts;
--- down
DROP TABLE `tags`;
--- loss
lossless
discards tags: the table and the rows in it

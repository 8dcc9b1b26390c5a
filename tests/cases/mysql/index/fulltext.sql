-- FULLTEXT comes beside an ordinary one.
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
CREATE FULLTEXT INDEX posts_words ON posts (title, body);
CREATE INDEX posts_t ON posts (title);
--- down
ALTER TABLE `posts`
    DROP INDEX `posts_words`,
    DROP INDEX `posts_t`;
--- loss
lossless

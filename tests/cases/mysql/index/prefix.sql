-- Prefix lengths of text and blobs.
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
CREATE INDEX posts_body ON posts (body(20));
ALTER TABLE posts ADD UNIQUE KEY posts_title (title(50), id);
--- down
ALTER TABLE `posts`
    DROP INDEX `posts_body`,
    DROP INDEX `posts_title`;
--- loss
lossless

-- Settings around a migration are no change.
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
SET NAMES utf8mb4;
SET @old = @@sql_mode, sql_mode = 'STRICT_ALL_TABLES';
ALTER TABLE posts ADD COLUMN n INT NULL;
SET sql_mode = @old;
--- down
ALTER TABLE `posts` DROP COLUMN `n`;
--- loss
lossless
discards posts.n: the values in it

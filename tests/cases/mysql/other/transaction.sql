-- START TRANSACTION and COMMIT around DDL, which commits by itself.
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
START TRANSACTION;
INSERT INTO posts (id, title) VALUES (50, 'x');
ALTER TABLE posts ADD COLUMN n INT NULL;
COMMIT;
--- down
DELETE FROM `posts` WHERE `id` IN (50);
ALTER TABLE `posts` DROP COLUMN `n`;
--- loss
lossless
discards posts: the rows that the migration inserted, with what was changed in them since
discards posts.n: the values in it

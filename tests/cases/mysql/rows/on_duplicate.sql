-- ON DUPLICATE KEY UPDATE may have met a row.
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
INSERT INTO posts (id, title) VALUES (1, 'new'), (3, 'three') ON DUPLICATE KEY UPDATE title = VALUES(title);
--- down
--- loss
lossy
gone posts: the migration overwrote rows that were there

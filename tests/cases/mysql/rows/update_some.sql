-- Some values are overwritten.
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
UPDATE posts SET title = 'first', body = '' WHERE id = 1;
--- down
--- loss
lossy
gone posts.body: the migration overwrote it where id = 1
gone posts.title: the migration overwrote it where id = 1

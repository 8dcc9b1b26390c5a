-- A sequence of MariaDB comes.
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
CREATE SEQUENCE numbers START WITH 5 INCREMENT BY 2;
--- down
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'up is to be undone by hand, line 1: sequences of MariaDB are not undone yet';
--- loss
manual
by hand up: sequences of MariaDB are not undone yet

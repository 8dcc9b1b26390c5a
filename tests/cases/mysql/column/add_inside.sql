-- Several columns come in at different places.
--- before
CREATE TABLE users (
    id INT NOT NULL AUTO_INCREMENT,
    name VARCHAR(60) NOT NULL,
    email VARCHAR(191) NULL,
    age SMALLINT UNSIGNED NULL,
    PRIMARY KEY (id),
    UNIQUE INDEX users_email_key (email)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
--- rows
INSERT INTO users (id, name, email, age) VALUES (1, 'Ann', 'a@x.org', 30), (2, 'Bob', NULL, NULL), (9, 'Zoë', 'z@x.org', 65535);
--- up
ALTER TABLE users ADD COLUMN a INT NOT NULL DEFAULT 0 FIRST, ADD COLUMN b INT NULL AFTER name, ADD c CHAR(2) NOT NULL DEFAULT 'de';
--- down
ALTER TABLE `users`
    DROP COLUMN `a`,
    DROP COLUMN `b`,
    DROP COLUMN `c`;
--- loss
lossless
discards users.a: the values in it
discards users.b: the values in it
discards users.c: the values in it

-- A collation is set back.
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
ALTER TABLE users MODIFY name VARCHAR(60) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;
--- down
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(60) NOT NULL;
--- loss
lossless
may refuse users.name: values that the other collation takes for equal, where a unique key covers them

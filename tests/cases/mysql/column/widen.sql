-- Wider types and back.
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
ALTER TABLE users MODIFY id BIGINT NOT NULL AUTO_INCREMENT, MODIFY name VARCHAR(200) NOT NULL, MODIFY age INT NULL;
--- down
ALTER TABLE `users`
    MODIFY COLUMN `id` INT NOT NULL AUTO_INCREMENT,
    MODIFY COLUMN `name` VARCHAR(60) NOT NULL,
    MODIFY COLUMN `age` SMALLINT UNSIGNED NULL;
--- loss
lossless
may refuse users.age: numbers that do not fit are clipped (strict mode)
may refuse users.id: numbers that do not fit are clipped (strict mode)
may refuse users.name: text that is too long is cut off (strict mode)
discards users.age: numbers that do not fit are clipped (without strict mode)
discards users.id: numbers that do not fit are clipped (without strict mode)
discards users.name: text that is too long is cut off (without strict mode)

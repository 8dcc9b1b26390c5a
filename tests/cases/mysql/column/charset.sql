-- A narrower character set cuts what it can't write.
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
SET SESSION sql_mode = '';
INSERT INTO users (id, name) VALUES (1, 'Ann'), (2, '語');
--- up
ALTER TABLE users MODIFY name VARCHAR(60) CHARACTER SET latin1 NOT NULL;
--- down
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(60) NOT NULL;
--- loss
lossy
may refuse users.name: values that the other collation takes for equal, where a unique key covers them
gone users.name: varchar(60) character set utf8mb4 collate utf8mb4_unicode_ci became varchar(60) character set latin1: characters that the other character set does not have become ?

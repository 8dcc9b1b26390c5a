-- Every text column gets its character set and its collation back.
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
INSERT INTO users (id, name, email, age) VALUES (1, 'Ann', 'a@x.org', 30), (2, 'Bob', NULL, NULL), (9, '語', 'z@x.org', 65535);
--- up
ALTER TABLE users CONVERT TO CHARACTER SET latin1 COLLATE latin1_swedish_ci;
--- down
ALTER TABLE `users`
    MODIFY COLUMN `name` VARCHAR(60) NOT NULL,
    MODIFY COLUMN `email` VARCHAR(191) NULL,
    DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
--- loss
lossy
may refuse users.email: values that the other collation takes for equal, where a unique key covers them
may refuse users.name: values that the other collation takes for equal, where a unique key covers them
gone users.email: varchar(191) character set utf8mb4 collate utf8mb4_unicode_ci became varchar(191) character set latin1 collate latin1_swedish_ci: characters that the other character set does not have become ?
gone users.name: varchar(60) character set utf8mb4 collate utf8mb4_unicode_ci became varchar(60) character set latin1 collate latin1_swedish_ci: characters that the other character set does not have become ?

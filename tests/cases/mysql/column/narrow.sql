-- Narrower types lose what no longer fits.
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
SET SESSION sql_mode='';
INSERT INTO users (id, name) VALUES (1, 'a name that is longer than twenty letters');
--- up
ALTER TABLE users MODIFY name VARCHAR(20) NOT NULL;
--- down
ALTER TABLE `users` MODIFY COLUMN `name` VARCHAR(60) NOT NULL;
--- loss
lossy
gone users.name: VARCHAR(60) became VARCHAR(20): text that is too long is cut off

-- A column is added, filled, given a key and renamed in one file.
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
ALTER TABLE users ADD COLUMN team INT NULL AFTER name;
CREATE TABLE teams (id INT NOT NULL AUTO_INCREMENT PRIMARY KEY, title VARCHAR(40) NOT NULL);
ALTER TABLE users ADD CONSTRAINT users_team_fkey FOREIGN KEY (team) REFERENCES teams (id) ON DELETE SET NULL ON UPDATE CASCADE;
ALTER TABLE users CHANGE COLUMN team team_id INT NULL;
ALTER TABLE users ADD INDEX users_team_name (team_id, name);
--- down
ALTER TABLE `users` DROP FOREIGN KEY `users_team_fkey`;
DROP TABLE `teams`;
ALTER TABLE `users`
    DROP INDEX `users_team_name`,
    DROP COLUMN `team_id`;
--- loss
lossless
discards users.team_id: the values in it
discards teams: the table and the rows in it

-- A new column is filled: nothing of the old is lost.
--- before
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`age` integer
);
CREATE UNIQUE INDEX `users_name` ON `users` (`name`);
--- rows
INSERT INTO users (id, name, age) VALUES (1, 'a', 10), (5, 'b', NULL);
--- up
ALTER TABLE users ADD COLUMN n INT;
UPDATE users SET n = age * 2;
--- down
ALTER TABLE `users` DROP COLUMN `n`;
--- loss
lossless
discards users.n: the values in it

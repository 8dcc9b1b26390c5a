-- The last column returns in place.
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
ALTER TABLE `users` DROP COLUMN `age`;
--- down
ALTER TABLE `users` ADD COLUMN `age` integer;
--- loss
lossy
gone users.age: the migration dropped the column; it comes back empty

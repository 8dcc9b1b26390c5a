-- What was overwritten is gone.
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
UPDATE users SET age = 0 WHERE age IS NULL;
--- down
--- loss
lossy
gone users.age: the migration overwrote it where age IS NULL

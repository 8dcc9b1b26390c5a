-- Indexes go and return.
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
DROP INDEX `users_name`;
CREATE INDEX `users_age` ON `users` (`age` DESC) WHERE `age` > 3;
CREATE INDEX lowered ON users (lower(name));
--- down
DROP INDEX `users_age`;
DROP INDEX `lowered`;
CREATE UNIQUE INDEX `users_name` ON `users` (`name`);
--- loss
lossless
may refuse users.users_name: unique again: refused while rows hold the same values

-- Drizzle's rebuild: a column gets a default, and loses it.
--- before
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`age` integer
);
CREATE UNIQUE INDEX `users_name` ON `users` (`name`);
--- rows
INSERT INTO users (id, name, age) VALUES (1, 'a', 10), (5, 'b', 7);
--- up
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`age` integer DEFAULT 18 NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_users`("id", "name", "age") SELECT "id", "name", "age" FROM `users`;--> statement-breakpoint
DROP TABLE `users`;--> statement-breakpoint
ALTER TABLE `__new_users` RENAME TO `users`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `users_name` ON `users` (`name`);
--- down
CREATE TABLE `new_users` (
    `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    `name` text NOT NULL,
    `age` integer
);
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_users', seq FROM sqlite_sequence WHERE name = 'users';
INSERT INTO `new_users` (`id`, `name`, `age`) SELECT `id`, `name`, `age` FROM `users`;
DROP TABLE `users`;
ALTER TABLE `new_users` RENAME TO `users`;
CREATE UNIQUE INDEX `users_name` ON `users` (`name`);
--- loss
lossless

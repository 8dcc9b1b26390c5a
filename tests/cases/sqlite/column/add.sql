-- A column goes again.
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
ALTER TABLE `users` ADD `email` text;--> statement-breakpoint
ALTER TABLE `users` ADD `kind` text DEFAULT 'a' NOT NULL;
--- down
ALTER TABLE `users` DROP COLUMN `email`;
ALTER TABLE `users` DROP COLUMN `kind`;
--- loss
lossless
discards users.email: the values in it
discards users.kind: the values in it

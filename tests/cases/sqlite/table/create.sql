-- A table of Drizzle, with its indexes, in its quotes.
--- before
SELECT 1;
--- up
CREATE TABLE `users` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`name` text NOT NULL,
	`age` integer
);
CREATE UNIQUE INDEX `users_name` ON `users` (`name`);
--- down
DROP TABLE `users`;
--- loss
lossless
discards users: the table and the rows in it

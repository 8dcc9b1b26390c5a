-- A column is renamed and its table is made anew in one file.
--- before
CREATE TABLE `t` (`id` integer PRIMARY KEY NOT NULL, `a` text, `b` integer);
--- rows
INSERT INTO t VALUES (1, 'x', 2);
--- up
ALTER TABLE `t` RENAME COLUMN "a" TO "title";--> statement-breakpoint
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_t` (
	`id` integer PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`b` integer
);
--> statement-breakpoint
INSERT INTO `__new_t`("id", "title", "b") SELECT "id", "title", "b" FROM `t`;--> statement-breakpoint
DROP TABLE `t`;--> statement-breakpoint
ALTER TABLE `__new_t` RENAME TO `t`;--> statement-breakpoint
PRAGMA foreign_keys=ON;
--- down
ALTER TABLE `t` RENAME COLUMN `title` TO `a`;
CREATE TABLE `new_t` (
    `id` integer NOT NULL PRIMARY KEY,
    `a` text,
    `b` integer
);
INSERT INTO `new_t` (`id`, `a`, `b`) SELECT `id`, `a`, `b` FROM `t`;
DROP TABLE `t`;
ALTER TABLE `new_t` RENAME TO `t`;
--- loss
lossless

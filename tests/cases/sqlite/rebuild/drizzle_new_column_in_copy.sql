-- Drizzle 0.28 copies a column that the old table does not have: a name in double quotes becomes text.
--- before
CREATE TABLE `t` (`id` integer PRIMARY KEY NOT NULL, `a` text);
--- rows
INSERT INTO t VALUES (1, 'x');
--- up
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_t` (
	`id` integer PRIMARY KEY NOT NULL,
	`a` text NOT NULL,
	`fresh` text NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_t`("id", "a", "fresh") SELECT "id", "a", "fresh" FROM `t`;--> statement-breakpoint
DROP TABLE `t`;--> statement-breakpoint
ALTER TABLE `__new_t` RENAME TO `t`;--> statement-breakpoint
PRAGMA foreign_keys=ON;
--- down
CREATE TABLE `new_t` (
    `id` integer NOT NULL PRIMARY KEY,
    `a` text
);
INSERT INTO `new_t` (`id`, `a`) SELECT `id`, `a` FROM `t`;
DROP TABLE `t`;
ALTER TABLE `new_t` RENAME TO `t`;
--- loss
lossless
discards t.fresh: the values in it

-- Drizzle makes a column NOT NULL and keeps its indexes.
--- before
CREATE TABLE `t` (`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL, `a` text, `b` integer DEFAULT 0);
CREATE UNIQUE INDEX `t_a_unique` ON `t` (`a`);
--- rows
INSERT INTO t VALUES (1, 'x', 5), (4, 'y', NULL);
--- up
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_t` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`a` text NOT NULL,
	`b` integer DEFAULT 0
);
--> statement-breakpoint
INSERT INTO `__new_t`("id", "a", "b") SELECT "id", "a", "b" FROM `t`;--> statement-breakpoint
DROP TABLE `t`;--> statement-breakpoint
ALTER TABLE `__new_t` RENAME TO `t`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `t_a_unique` ON `t` (`a`);
--- down
CREATE TABLE `new_t` (
    `id` integer NOT NULL PRIMARY KEY AUTOINCREMENT,
    `a` text,
    `b` integer DEFAULT 0
);
INSERT INTO sqlite_sequence (name, seq) SELECT 'new_t', seq FROM sqlite_sequence WHERE name = 't';
INSERT INTO `new_t` (`id`, `a`, `b`) SELECT `id`, `a`, `b` FROM `t`;
DROP TABLE `t`;
ALTER TABLE `new_t` RENAME TO `t`;
CREATE UNIQUE INDEX `t_a_unique` ON `t` (`a`);
--- loss
lossless

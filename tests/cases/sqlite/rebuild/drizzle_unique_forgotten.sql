-- Foreign key, check and unique go with a rebuild that leaves them out.
--- before
CREATE TABLE `p` (`id` integer PRIMARY KEY NOT NULL);
CREATE TABLE `t` (`id` integer PRIMARY KEY NOT NULL, `p` integer REFERENCES `p`(`id`) ON UPDATE no action ON DELETE cascade, `n` integer NOT NULL, CONSTRAINT "positive" CHECK("n" > 0), UNIQUE(`p`, `n`));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO t VALUES (1, 1, 2), (2, NULL, 3);
--- up
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_t` (
	`id` integer PRIMARY KEY NOT NULL,
	`p` integer,
	`n` integer NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_t`("id", "p", "n") SELECT "id", "p", "n" FROM `t`;--> statement-breakpoint
DROP TABLE `t`;--> statement-breakpoint
ALTER TABLE `__new_t` RENAME TO `t`;--> statement-breakpoint
PRAGMA foreign_keys=ON;
--- down
CREATE TABLE `new_t` (
    `id` integer NOT NULL PRIMARY KEY,
    `p` integer REFERENCES `p`(`id`) ON DELETE CASCADE,
    `n` integer NOT NULL,

    UNIQUE (`p`, `n`),
    CONSTRAINT `positive` CHECK ("n" > 0)
);
INSERT INTO `new_t` (`id`, `p`, `n`) SELECT `id`, `p`, `n` FROM `t`;
DROP TABLE `t`;
ALTER TABLE `new_t` RENAME TO `t`;
--- loss
lossless
may refuse t.constraint: unique again: refused while rows hold the same values
may refuse t.constraint: the foreign key returns: refused while a row refers to nothing
may refuse t.positive: the check returns: refused while a row breaks it

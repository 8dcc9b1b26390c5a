-- A parent is made anew; runners with a transaction open may have lost its children.
--- before
CREATE TABLE `p` (`id` integer PRIMARY KEY NOT NULL, `n` text);
CREATE TABLE `c` (`id` integer PRIMARY KEY NOT NULL, `p_id` integer REFERENCES `p`(`id`) ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'x');
INSERT INTO c VALUES (1, 1);
--- up
PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_p` (
	`id` integer PRIMARY KEY NOT NULL,
	`n` text NOT NULL
);
--> statement-breakpoint
INSERT INTO `__new_p`("id", "n") SELECT "id", "n" FROM `p`;--> statement-breakpoint
DROP TABLE `p`;--> statement-breakpoint
ALTER TABLE `__new_p` RENAME TO `p`;--> statement-breakpoint
PRAGMA foreign_keys=ON;
--- down
CREATE TABLE `new_p` (
    `id` integer NOT NULL PRIMARY KEY,
    `n` text
);
INSERT INTO `new_p` (`id`, `n`) SELECT `id`, `n` FROM `p`;
DROP TABLE `p`;
ALTER TABLE `new_p` RENAME TO `p`;
--- loss
lossless
gone c: if the migration ran inside a transaction, where PRAGMA foreign_keys=OFF does nothing, dropping p deleted the rows that refer to it (ON DELETE CASCADE)

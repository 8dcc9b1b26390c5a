-- Drizzle for D1: no PRAGMA foreign_keys, constraints are deferred.
--- before
CREATE TABLE "p" ("id" INTEGER NOT NULL PRIMARY KEY, "n" TEXT);
CREATE TABLE "c" ("id" INTEGER NOT NULL PRIMARY KEY, "p_id" INTEGER NOT NULL, CONSTRAINT "c_p_fkey" FOREIGN KEY ("p_id") REFERENCES "p" ("id") ON DELETE CASCADE ON UPDATE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'x');
INSERT INTO c VALUES (10, 1);
--- up
PRAGMA defer_foreign_keys=ON;--> statement-breakpoint
CREATE TABLE `__new_p` (
	`id` integer PRIMARY KEY NOT NULL,
	`n` text DEFAULT 'x'
);
--> statement-breakpoint
INSERT INTO `__new_p`("id", "n") SELECT "id", "n" FROM `p`;--> statement-breakpoint
DROP TABLE `p`;--> statement-breakpoint
ALTER TABLE `__new_p` RENAME TO `p`;--> statement-breakpoint
PRAGMA defer_foreign_keys=OFF;
--- down
CREATE TABLE `new_p` (
    `id` INTEGER NOT NULL PRIMARY KEY,
    `n` TEXT
);
INSERT INTO `new_p` (`id`, `n`) SELECT `id`, `n` FROM `p`;
DROP TABLE `p`;
ALTER TABLE `new_p` RENAME TO `p`;
--- loss
lossy
gone c: dropping p with foreign keys on deleted the rows that refer to it (ON DELETE CASCADE)

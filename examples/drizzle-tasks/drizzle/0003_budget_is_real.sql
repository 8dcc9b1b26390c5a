PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_projects` (
	`id` integer PRIMARY KEY NOT NULL,
	`title` text NOT NULL,
	`budget` real DEFAULT 0 NOT NULL,
	`archived` integer DEFAULT false NOT NULL,
	CONSTRAINT "budget_not_negative" CHECK(budget >= 0)
);
--> statement-breakpoint
INSERT INTO `__new_projects`("id", "title", "budget", "archived") SELECT "id", "title", "budget", "archived" FROM `projects`;--> statement-breakpoint
DROP TABLE `projects`;--> statement-breakpoint
ALTER TABLE `__new_projects` RENAME TO `projects`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE UNIQUE INDEX `projects_title` ON `projects` (`title`);
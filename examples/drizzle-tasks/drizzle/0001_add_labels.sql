CREATE TABLE `labels` (
	`name` text PRIMARY KEY NOT NULL,
	`color` text DEFAULT '#888888' NOT NULL
);
--> statement-breakpoint
CREATE TABLE `task_labels` (
	`task_id` integer NOT NULL,
	`label` text NOT NULL,
	PRIMARY KEY(`task_id`, `label`),
	FOREIGN KEY (`task_id`) REFERENCES `tasks`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`label`) REFERENCES `labels`(`name`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
ALTER TABLE `projects` ADD `archived` integer DEFAULT false NOT NULL;
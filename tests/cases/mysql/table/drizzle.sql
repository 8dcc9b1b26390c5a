-- What drizzle-kit writes for a new table, its keys and its indexes.
--- before
CREATE TABLE `teams` (`id` bigint unsigned AUTO_INCREMENT NOT NULL, CONSTRAINT `teams_id` PRIMARY KEY(`id`));
--- up
CREATE TABLE `members` (
	`id` bigint unsigned AUTO_INCREMENT NOT NULL,
	`team_id` bigint unsigned NOT NULL,
	`name` varchar(255) NOT NULL,
	`role` enum('admin','member') NOT NULL DEFAULT 'member',
	`settings` json NOT NULL DEFAULT ('{}'),
	`created_at` timestamp NOT NULL DEFAULT (now()),
	`updated_at` timestamp DEFAULT (now()) ON UPDATE CURRENT_TIMESTAMP,
	CONSTRAINT `members_id` PRIMARY KEY(`id`),
	CONSTRAINT `members_name_unique` UNIQUE(`name`)
);
--> statement-breakpoint
ALTER TABLE `members` ADD CONSTRAINT `members_team_id_teams_id_fk` FOREIGN KEY (`team_id`) REFERENCES `teams`(`id`) ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX `role_idx` ON `members` (`role`,`created_at`);
--- down
DROP TABLE `members`;
--- loss
lossless
discards members: the table and the rows in it

-- A table that drizzle-kit wrote comes back as it was.
--- before
CREATE TABLE `members` (
	`id` bigint unsigned AUTO_INCREMENT NOT NULL,
	`name` varchar(255) NOT NULL,
	`role` enum('admin','member') NOT NULL DEFAULT 'member',
	`created_at` timestamp NOT NULL DEFAULT (now()),
	`updated_at` timestamp DEFAULT (now()) ON UPDATE CURRENT_TIMESTAMP,
	`ratio` double NOT NULL DEFAULT 0.5,
	`amount` decimal(10,2),
	`yes` boolean NOT NULL DEFAULT false,
	CONSTRAINT `members_id` PRIMARY KEY(`id`),
	CONSTRAINT `members_name_unique` UNIQUE(`name`)
);
--> statement-breakpoint
CREATE INDEX `role_idx` ON `members` (`role`,`created_at`);
--- rows
INSERT INTO members (name) VALUES ('x');
--- up
DROP TABLE `members`;
--- down
CREATE TABLE `members` (
    `id` bigint unsigned NOT NULL AUTO_INCREMENT,
    `name` varchar(255) NOT NULL,
    `role` enum('admin','member') NOT NULL DEFAULT 'member',
    `created_at` timestamp NOT NULL DEFAULT (now()),
    `updated_at` timestamp NULL DEFAULT (now()) ON UPDATE CURRENT_TIMESTAMP,
    `ratio` double NOT NULL DEFAULT 0.5,
    `amount` decimal(10,2) NULL,
    `yes` boolean NOT NULL DEFAULT false,

    PRIMARY KEY (`id`),
    UNIQUE INDEX `members_name_unique` (`name`),
    INDEX `role_idx` (`role`, `created_at`)
);
--- loss
lossy
gone members: the migration dropped the table; it comes back empty

-- A table with all that Prisma writes.
--- before
CREATE TABLE p (id INT NOT NULL PRIMARY KEY);
--- up
CREATE TABLE `User` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `email` VARCHAR(191) NOT NULL,
    `created` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `kind` ENUM('A', 'B') NOT NULL DEFAULT 'A',
    `p_id` INT NULL,
    UNIQUE INDEX `User_email_key`(`email`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER TABLE `User` ADD CONSTRAINT `User_p_id_fkey` FOREIGN KEY (`p_id`) REFERENCES `p`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;
--- down
DROP TABLE `User`;
--- loss
lossless
discards User: the table and the rows in it

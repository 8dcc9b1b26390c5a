-- Prisma replaces a relation: key, index and column go, others come.
--- before
CREATE TABLE `User` (`id` INTEGER NOT NULL AUTO_INCREMENT, PRIMARY KEY (`id`));
CREATE TABLE `Post` (`id` INTEGER NOT NULL AUTO_INCREMENT, `userId` INTEGER NOT NULL, INDEX `Post_userId_fkey`(`userId`), PRIMARY KEY (`id`));
ALTER TABLE `Post` ADD CONSTRAINT `Post_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `User`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
--- rows
INSERT INTO User VALUES (1);
INSERT INTO Post VALUES (1, 1);
--- up
-- DropForeignKey
ALTER TABLE `Post` DROP FOREIGN KEY `Post_userId_fkey`;

-- DropIndex
DROP INDEX `Post_userId_fkey` ON `Post`;

-- AlterTable
ALTER TABLE `Post` DROP COLUMN `userId`,
    ADD COLUMN `authorId` INTEGER NULL,
    ADD COLUMN `views` INTEGER NOT NULL DEFAULT 0;

-- AddForeignKey
ALTER TABLE `Post` ADD CONSTRAINT `Post_authorId_fkey` FOREIGN KEY (`authorId`) REFERENCES `User`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;
--- down
ALTER TABLE `Post` DROP FOREIGN KEY `Post_authorId_fkey`;
ALTER TABLE `Post`
    DROP INDEX `Post_authorId_fkey`,
    DROP COLUMN `authorId`,
    DROP COLUMN `views`,
    ADD COLUMN `userId` INTEGER NOT NULL,
    ADD INDEX `Post_userId_fkey` (`userId`);
ALTER TABLE `Post` ADD CONSTRAINT `Post_userId_fkey` FOREIGN KEY (`userId`) REFERENCES `User`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
--- loss
lossy
may refuse Post.Post_userId_fkey: the foreign key returns: refused while a row refers to nothing
discards Post.authorId: the values in it
discards Post.views: the values in it
gone Post.userId: the migration dropped the column; it comes back empty

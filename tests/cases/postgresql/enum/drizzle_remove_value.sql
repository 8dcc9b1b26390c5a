-- Drizzle's way: the column is text for a while.
--- before
CREATE TYPE "public"."role" AS ENUM('user', 'admin', 'guest');
CREATE TABLE "users" ("id" integer, "role" "role" DEFAULT 'user' NOT NULL);
--- rows
INSERT INTO users VALUES (1, 'admin');
--- up
ALTER TABLE "users" ALTER COLUMN "role" SET DATA TYPE text;--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'user'::text;--> statement-breakpoint
DROP TYPE "public"."role";--> statement-breakpoint
CREATE TYPE "public"."role" AS ENUM('user', 'admin');--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'user'::"public"."role";--> statement-breakpoint
ALTER TABLE "users" ALTER COLUMN "role" SET DATA TYPE "public"."role" USING "role"::"public"."role";
--- down
ALTER TYPE "role" ADD VALUE 'guest';
ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'user';
--- loss
lossless

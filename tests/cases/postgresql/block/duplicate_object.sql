-- Drizzle's guard around a constraint and a type: seen through.
--- before
CREATE TABLE a (id int PRIMARY KEY);
CREATE TABLE b (a_id int);
--- up
DO $$ BEGIN
 CREATE TYPE "public"."mood" AS ENUM('sad', 'ok');
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
--> statement-breakpoint
DO $$ BEGIN
 ALTER TABLE "b" ADD CONSTRAINT "b_a_id_fk" FOREIGN KEY ("a_id") REFERENCES "a"("id") ON DELETE cascade ON UPDATE no action;
EXCEPTION
 WHEN duplicate_object THEN null;
END $$;
--- down
ALTER TABLE "b" DROP CONSTRAINT "b_a_id_fk";
DROP TYPE "mood";
--- loss
lossless

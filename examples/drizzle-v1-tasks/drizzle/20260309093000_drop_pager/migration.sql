CREATE SEQUENCE "public"."ticket_numbers" INCREMENT BY 10 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1000 CACHE 1;--> statement-breakpoint
DROP INDEX "people_by_pager";--> statement-breakpoint
ALTER TABLE "people" DROP COLUMN "pager";--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "budget_not_negative" CHECK ("budget" >= 0);--> statement-breakpoint
CREATE VIEW "board" AS (select "id", "title" from "tasks");
CREATE TYPE "state" AS ENUM('open', 'done');--> statement-breakpoint
CREATE TABLE "people" (
	"id" serial PRIMARY KEY,
	"email" varchar(255) NOT NULL UNIQUE,
	"name" text NOT NULL,
	"pager" varchar(20)
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid(),
	"title" varchar(80) NOT NULL,
	"budget" integer
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "tasks_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1),
	"project_id" uuid NOT NULL,
	"assignee_id" integer,
	"title" text NOT NULL,
	"state" "state" DEFAULT 'open'::"state" NOT NULL,
	"due_at" timestamp with time zone
);
--> statement-breakpoint
CREATE INDEX "people_by_pager" ON "people" ("pager");--> statement-breakpoint
CREATE UNIQUE INDEX "projects_title" ON "projects" (lower("title"));--> statement-breakpoint
CREATE INDEX "tasks_open" ON "tasks" ("project_id") WHERE state = 'open';--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_project_id_projects_id_fkey" FOREIGN KEY ("project_id") REFERENCES "projects"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_assignee_id_people_id_fkey" FOREIGN KEY ("assignee_id") REFERENCES "people"("id") ON DELETE SET NULL;
ALTER TABLE "projects" ALTER COLUMN "title" SET DATA TYPE varchar(120) USING "title"::varchar(120);--> statement-breakpoint
ALTER TABLE "projects" ALTER COLUMN "budget" SET DATA TYPE numeric(12,2) USING "budget"::numeric(12,2);--> statement-breakpoint
ALTER TABLE "projects" ALTER COLUMN "budget" SET DEFAULT '0';--> statement-breakpoint
ALTER TABLE "projects" ALTER COLUMN "budget" SET NOT NULL;
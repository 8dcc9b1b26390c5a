CREATE TABLE "labels" (
	"name" text PRIMARY KEY,
	"color" varchar(7) DEFAULT '#888888' NOT NULL
);
--> statement-breakpoint
CREATE TABLE "task_labels" (
	"task_id" integer,
	"label" text,
	CONSTRAINT "task_labels_pkey" PRIMARY KEY("task_id","label")
);
--> statement-breakpoint
ALTER TABLE "people" ADD COLUMN "settings" jsonb DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "projects" ADD COLUMN "archived" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "task_labels" ADD CONSTRAINT "task_labels_task_id_tasks_id_fkey" FOREIGN KEY ("task_id") REFERENCES "tasks"("id") ON DELETE CASCADE;--> statement-breakpoint
ALTER TABLE "task_labels" ADD CONSTRAINT "task_labels_label_labels_name_fkey" FOREIGN KEY ("label") REFERENCES "labels"("name");
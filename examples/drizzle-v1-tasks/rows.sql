-- What the demo puts into the tables after the first migration.
INSERT INTO people (email, name, pager) VALUES ('ada@example.com', 'Ada Lovelace', '555-0100'), ('alan@example.com', 'Alan Turing', NULL);
INSERT INTO projects (id, title, budget) VALUES ('7b2f1c9e-0000-4000-8000-000000000001', 'Engine', 900), ('7b2f1c9e-0000-4000-8000-000000000002', 'Machine', 0);
INSERT INTO tasks (project_id, assignee_id, title, state) VALUES ('7b2f1c9e-0000-4000-8000-000000000001', 1, 'Punch the cards', 'open'), ('7b2f1c9e-0000-4000-8000-000000000002', NULL, 'Feed the tape', 'done');

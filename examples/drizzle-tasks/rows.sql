-- What the demo puts into the tables after the first migration.
INSERT INTO people (email, name, pager) VALUES ('ada@example.com', 'Ada Lovelace', '555-0100'), ('alan@example.com', 'Alan Turing', NULL);
INSERT INTO projects (id, title, budget) VALUES (1, 'Engine', 900), (2, 'Machine', 0);
INSERT INTO tasks (id, project_id, assignee_id, title, state) VALUES (1, 1, 1, 'Punch the cards', 'open'), (2, 2, NULL, 'Feed the tape', 'done');

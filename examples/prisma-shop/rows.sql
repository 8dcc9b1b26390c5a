-- What the demo puts into the tables after the first migration.
INSERT INTO customers (email, name, nickname) VALUES ('ada@example.com', 'Ada Lovelace', 'ada'), ('alan@example.com', 'Alan Turing', NULL);
INSERT INTO products (sku, title, cents, stock, tags) VALUES ('MUG-1', 'Mug', 1250, 8, '{kitchen,gift}'), ('PEN-1', 'Pen', 199, 120, '{}');
INSERT INTO orders (id, customer_id, status) VALUES ('7b2f1c9e-0000-4000-8000-000000000001', 1, 'PAID');
INSERT INTO order_lines VALUES ('7b2f1c9e-0000-4000-8000-000000000001', 1, 2), ('7b2f1c9e-0000-4000-8000-000000000001', 2, 1);

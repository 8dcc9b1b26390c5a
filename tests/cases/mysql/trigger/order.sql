-- Triggers of one event fire in an order, and one that comes back would be the last.
--- before
CREATE TABLE t (id INT PRIMARY KEY, n INT);
CREATE TRIGGER t1 BEFORE INSERT ON t FOR EACH ROW SET NEW.n = 1;
CREATE TRIGGER t3 BEFORE INSERT ON t FOR EACH ROW SET NEW.n = NEW.n + 3;
CREATE TRIGGER t2 BEFORE INSERT ON t FOR EACH ROW PRECEDES t3 SET NEW.n = NEW.n * 2;
--- up
DROP TRIGGER t2;
--- down
CREATE TRIGGER `t2` BEFORE INSERT ON `t` FOR EACH ROW PRECEDES `t3` SET NEW.n = NEW.n * 2;
--- loss
lossless

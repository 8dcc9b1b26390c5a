-- A trigger is text: where a column that it names was renamed, it can't be made again as it was.
--- before
CREATE TABLE t (a INT, b INT);
CREATE TRIGGER t_bu BEFORE UPDATE ON t FOR EACH ROW SET NEW.b = NEW.a;
ALTER TABLE t RENAME COLUMN b TO c;
--- up
DROP TRIGGER t_bu;
--- down
SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'up is to be undone by hand, line 1: t_bu: the trigger names t.b, which was renamed or dropped: it cant be made again as ';
--- loss
manual
by hand up: t_bu: the trigger names t.b, which was renamed or dropped: it can't be made again as it was

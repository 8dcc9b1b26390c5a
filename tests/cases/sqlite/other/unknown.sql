-- What is not known is by hand.
--- before
CREATE TABLE t (a INT);
--- up
ATTACH DATABASE ':memory:' AS other;
DETACH DATABASE other;
--- down
SELECT unmigrate_by_hand('up is to be undone by hand, line 1: ATTACH is not a statement that is known');
--- loss
manual
by hand ATTACH DATABASE ':memory:' AS other: ATTACH is not a statement that is known
by hand DETACH DATABASE other: DETACH is not a statement that is known

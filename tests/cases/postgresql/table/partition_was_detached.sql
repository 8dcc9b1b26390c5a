-- The indexes that a partition had from its parent stay with it, under names that the history does not say.
--- before
CREATE TABLE p (d date, v int) PARTITION BY RANGE (d);
CREATE INDEX p_v ON p (v);
CREATE TABLE p_a PARTITION OF p FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
ALTER TABLE p DETACH PARTITION p_a;
--- up
DROP TABLE p_a;
--- down
DO $unmigrate$ BEGIN RAISE EXCEPTION '%', 'up is to be undone by hand, line 1: p_a: not all that made this table was read, so what it was is not known'; END $unmigrate$;
--- loss
manual
by hand DROP TABLE p_a: p_a: not all that made this table was read, so what it was is not known

-- An exclusion constraint with its operators.
--- before
CREATE TABLE booking (room int, during tsrange, CONSTRAINT no_overlap EXCLUDE USING gist (during WITH &&) WHERE (room > 0));
--- rows
INSERT INTO booking VALUES (1, '[2024-01-01, 2024-01-02)');
--- up
ALTER TABLE booking DROP CONSTRAINT no_overlap;
--- down
ALTER TABLE "booking" ADD CONSTRAINT "no_overlap" EXCLUDE USING gist (during WITH &&) WHERE (room > 0);
--- loss
lossless
may refuse booking.no_overlap: the exclusion returns: refused while rows conflict

-- What a sequence counts by is changed; where it stands is not.
--- before
CREATE SEQUENCE s;
--- up
ALTER SEQUENCE s INCREMENT BY 5 MAXVALUE 500;
--- down
ALTER SEQUENCE "s" INCREMENT BY 1 NO MAXVALUE;
--- loss
lossless

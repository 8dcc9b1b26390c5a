-- CREATE OR REPLACE, twice: only the last text counts, and the procedure goes again.
--- before
CREATE TABLE t (id INT NOT NULL PRIMARY KEY);
--- up
CREATE OR REPLACE PROCEDURE p() BEGIN IF 1 = 1 THEN SELECT 1; END IF; END;
CREATE OR REPLACE PROCEDURE p() BEGIN SELECT 3; END;
--- down
DROP PROCEDURE `p`;
--- loss
lossless

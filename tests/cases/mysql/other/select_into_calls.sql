-- A value that is selected into a variable changes nothing, but a function in it may.
--- before
CREATE TABLE t (id INT NOT NULL AUTO_INCREMENT, a VARCHAR(20) NOT NULL DEFAULT 'x', b INT NULL, PRIMARY KEY (id), INDEX b_idx (b)) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci;
CREATE FUNCTION emptied() RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN DELETE FROM t; RETURN 1; END;
--- rows
INSERT INTO t VALUES (1, 'y', 2);
--- up
SELECT emptied() INTO @n;
--- down
--- loss
lossy
gone emptied(): the migration called it; what it did to rows stays

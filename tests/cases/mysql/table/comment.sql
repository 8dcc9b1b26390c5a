-- A comment with quotes and a backslash is set back.
--- before
CREATE TABLE t (id INT PRIMARY KEY) COMMENT='it''s \\ fine';
--- up
ALTER TABLE t COMMENT = 'other';
--- down
ALTER TABLE `t` COMMENT='it''s \\ fine';
--- loss
lossless

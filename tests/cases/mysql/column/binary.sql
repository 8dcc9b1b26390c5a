-- Bytes stay bytes.
--- before
CREATE TABLE t (id BINARY(16) NOT NULL PRIMARY KEY, b BLOB NULL);
--- rows
INSERT INTO t VALUES (UNHEX('00112233445566778899aabbccddeeff'), x'ff00');
--- up
ALTER TABLE t MODIFY b MEDIUMBLOB NULL, MODIFY id VARBINARY(20) NOT NULL;
--- down
ALTER TABLE `t`
    MODIFY COLUMN `id` BINARY(16) NOT NULL,
    MODIFY COLUMN `b` BLOB NULL;
--- loss
lossless
may refuse t.b: bytes that are too many are cut off (strict mode)
may refuse t.id: values that the other type can't hold exactly come back otherwise (strict mode)
discards t.b: bytes that are too many are cut off (without strict mode)
discards t.id: values that the other type can't hold exactly come back otherwise (without strict mode)

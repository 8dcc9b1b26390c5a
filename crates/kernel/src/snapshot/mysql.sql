-- What the catalogs of MySQL and MariaDB hold of the current database: the kind of an object, its name as people write it,
-- and all that is compared of it. Rows of the same object give its parts, in the order of their places.
--
-- A line that ends in `only mysql 8`, `only mariadb 10.6` is left out on the other and before that version.
SELECT 'setting' AS kind, 'of database' AS name, concat_ws(' ', 'CHARACTER SET', DEFAULT_CHARACTER_SET_NAME, 'COLLATE', DEFAULT_COLLATION_NAME) AS text,
    NULL AS home, NULL AS part, NULL AS place, SCHEMA_NAME AS own
FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()

UNION ALL SELECT CASE TABLE_TYPE WHEN 'SEQUENCE' THEN 'sequence' ELSE 'table' END, TABLE_NAME,
    concat_ws(' ', nullif(TABLE_TYPE, 'BASE TABLE'), concat('ENGINE=', ENGINE), concat('ROW_FORMAT=', ROW_FORMAT), concat('COLLATE=', TABLE_COLLATION),
        nullif(CREATE_OPTIONS, ''), CASE WHEN TABLE_COMMENT <> '' THEN concat('COMMENT=', quote(TABLE_COMMENT)) END),
    NULL, NULL, NULL, NULL
FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE NOT LIKE '%VIEW'

UNION ALL SELECT 'column', concat(c.TABLE_NAME, '.', COLUMN_NAME),
    concat_ws(' ', COLUMN_TYPE, concat('CHARACTER SET ', CHARACTER_SET_NAME), concat('COLLATE ', COLLATION_NAME),
        concat('SRID ', SRS_ID),                                                                                   -- only mysql 8
        CASE WHEN GENERATION_EXPRESSION <> '' THEN concat('AS (', GENERATION_EXPRESSION, ')') END,
        CASE IS_NULLABLE WHEN 'NO' THEN 'NOT NULL' END, concat('DEFAULT ', COLUMN_DEFAULT), nullif(EXTRA, ''),
        CASE WHEN COLUMN_COMMENT <> '' THEN concat('COMMENT ', quote(COLUMN_COMMENT)) END),
    CASE WHEN TABLE_TYPE NOT LIKE '%VIEW' THEN c.TABLE_NAME END, COLUMN_NAME, ORDINAL_POSITION, NULL
FROM information_schema.COLUMNS c JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_SCHEMA = DATABASE() AND TABLE_TYPE <> 'SEQUENCE'

UNION ALL SELECT 'index', concat(TABLE_NAME, '.', INDEX_NAME),
    concat_ws(' ', CASE NON_UNIQUE WHEN 0 THEN 'UNIQUE' END, INDEX_TYPE,
        CASE IS_VISIBLE WHEN 'NO' THEN 'INVISIBLE' END,                                                            -- only mysql 8
        CASE IGNORED WHEN 'YES' THEN 'IGNORED' END,                                                                -- only mariadb 10.6
        CASE WHEN INDEX_COMMENT <> '' THEN concat('COMMENT ', quote(INDEX_COMMENT)) END),
    NULL,
    concat_ws(' ',
        concat('(', EXPRESSION, ')'),                                                                              -- only mysql 8
        concat(COLUMN_NAME, coalesce(concat('(', SUB_PART, ')'), '')), CASE COLLATION WHEN 'D' THEN 'DESC' END),
    SEQ_IN_INDEX, NULL
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()

UNION ALL SELECT 'constraint', concat(r.TABLE_NAME, '.', r.CONSTRAINT_NAME),
    concat_ws(' ', 'FOREIGN KEY TO', CASE WHEN REFERENCED_TABLE_SCHEMA <> r.CONSTRAINT_SCHEMA THEN REFERENCED_TABLE_SCHEMA END, r.REFERENCED_TABLE_NAME,
        nullif(MATCH_OPTION, 'NONE'), 'ON UPDATE', UPDATE_RULE, 'ON DELETE', DELETE_RULE),
    NULL, concat(COLUMN_NAME, ' = ', REFERENCED_COLUMN_NAME), ORDINAL_POSITION, NULL
FROM information_schema.REFERENTIAL_CONSTRAINTS r JOIN information_schema.KEY_COLUMN_USAGE k
    ON k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME AND k.TABLE_NAME = r.TABLE_NAME
WHERE r.CONSTRAINT_SCHEMA = DATABASE() AND k.TABLE_SCHEMA = DATABASE() AND REFERENCED_COLUMN_NAME IS NOT NULL

UNION ALL SELECT 'constraint', concat(TABLE_NAME, '.', CONSTRAINT_NAME), concat_ws(' ', 'CHECK', LEVEL, CHECK_CLAUSE), NULL, NULL, NULL, NULL -- only mariadb 10.5
FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE()                                     -- only mariadb 10.5

UNION ALL SELECT 'constraint', concat(TABLE_NAME, '.', t.CONSTRAINT_NAME),                                         -- only mysql 8
    concat_ws(' ', 'CHECK', CHECK_CLAUSE, CASE ENFORCED WHEN 'NO' THEN 'NOT ENFORCED' END), NULL, NULL, NULL, NULL -- only mysql 8
FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t                            -- only mysql 8
    ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME                         -- only mysql 8
WHERE c.CONSTRAINT_SCHEMA = DATABASE() AND t.CONSTRAINT_TYPE = 'CHECK'                                             -- only mysql 8

UNION ALL SELECT 'partition', concat_ws('.', TABLE_NAME, PARTITION_NAME, SUBPARTITION_NAME),
    concat_ws(' ', PARTITION_METHOD, PARTITION_EXPRESSION, SUBPARTITION_METHOD, SUBPARTITION_EXPRESSION, PARTITION_DESCRIPTION,
        PARTITION_ORDINAL_POSITION, CASE WHEN PARTITION_COMMENT <> '' THEN concat('COMMENT ', quote(PARTITION_COMMENT)) END), NULL, NULL, NULL, NULL
FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = DATABASE() AND PARTITION_NAME IS NOT NULL

UNION ALL SELECT 'view', TABLE_NAME, concat_ws(' ',
        concat('ALGORITHM=', ALGORITHM),                                                                           -- only mariadb 10
        'DEFINER', DEFINER, 'SQL SECURITY', SECURITY_TYPE, 'AS', VIEW_DEFINITION, concat('WITH CHECK OPTION ', nullif(CHECK_OPTION, 'NONE'))),
    NULL, NULL, NULL, NULL
FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()

UNION ALL SELECT 'trigger', concat(EVENT_OBJECT_TABLE, '.', TRIGGER_NAME),
    concat_ws(' ', ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER, 'DEFINER', DEFINER, concat('SQL_MODE ', quote(SQL_MODE)), ACTION_STATEMENT),
    NULL, NULL, NULL, NULL
FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()

UNION ALL SELECT lower(ROUTINE_TYPE), ROUTINE_NAME,
    concat_ws(' ', concat('RETURNS ', DTD_IDENTIFIER), concat('COLLATE ', COLLATION_NAME), CASE IS_DETERMINISTIC WHEN 'YES' THEN 'DETERMINISTIC' END, SQL_DATA_ACCESS,
        'SQL SECURITY', SECURITY_TYPE, 'DEFINER', DEFINER, concat('SQL_MODE ', quote(SQL_MODE)),
        CASE WHEN ROUTINE_COMMENT <> '' THEN concat('COMMENT ', quote(ROUTINE_COMMENT)) END, ROUTINE_DEFINITION),
    NULL, NULL, NULL, NULL
FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()

UNION ALL SELECT lower(ROUTINE_TYPE), SPECIFIC_NAME, NULL, NULL,
    concat_ws(' ', PARAMETER_MODE, PARAMETER_NAME, DTD_IDENTIFIER, COLLATION_NAME), ORDINAL_POSITION, NULL
FROM information_schema.PARAMETERS WHERE SPECIFIC_SCHEMA = DATABASE() AND ORDINAL_POSITION > 0

UNION ALL SELECT 'event', EVENT_NAME,
    concat_ws(' ', EVENT_TYPE, concat('AT ', EXECUTE_AT), concat('EVERY ', INTERVAL_VALUE), INTERVAL_FIELD, concat('STARTS ', STARTS), concat('ENDS ', ENDS),
        'ON COMPLETION', ON_COMPLETION, STATUS, 'DEFINER', DEFINER, concat('SQL_MODE ', quote(SQL_MODE)),
        CASE WHEN EVENT_COMMENT <> '' THEN concat('COMMENT ', quote(EVENT_COMMENT)) END, EVENT_DEFINITION),
    NULL, NULL, NULL, NULL
FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()

UNION ALL SELECT 'grant', concat('on ', subject, ' to ', GRANTEE), '', NULL,
    concat(PRIVILEGE_TYPE, CASE IS_GRANTABLE WHEN 'YES' THEN ' WITH GRANT OPTION' ELSE '' END), NULL, NULL
FROM (
    SELECT 'database' AS subject, GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.SCHEMA_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE()
    UNION ALL SELECT TABLE_NAME, GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.TABLE_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE()
    UNION ALL SELECT concat('column ', TABLE_NAME, '.', COLUMN_NAME), GRANTEE, PRIVILEGE_TYPE, IS_GRANTABLE
        FROM information_schema.COLUMN_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE()
) granted

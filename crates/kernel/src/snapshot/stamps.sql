-- When what PostgreSQL's catalogs hold was last written, so that only what changed is read again (`watch.rs`): how many rows
-- there are, and the newest of the transactions that wrote them. Every change writes a row anew under the number of its
-- transaction, or takes one away. Numbers are counted from that of the first transaction there can be.
--
-- Of relations, indexes and toast tables, by their numbers, in one text each, since to send hundreds of rows takes as long as
-- to find them: `there`, all of them; `rows`, how many rows tell of one that may go and leave no other trace; `written`, those
-- of which a row was written since `$1`. What goes with its relation is not counted, and neither is a default (its column is
-- written over), an index (it is itself no longer there) or a trigger of a foreign key (it goes with that).
-- `made`: catalogs of objects of their own; a row that comes or goes changes no text of another object, one that is written
-- over may (`rewritten`: since `$1`, of the objects up to `$2`). `rest`: what is told of no relation. `whole`: what any text
-- may depend on.
WITH since AS MATERIALIZED (
    SELECT age('3'::xid) - $1 AS age
), relation AS MATERIALIZED (
    SELECT oid, relkind, reltype, age(xmin) AS age FROM pg_class WHERE oid >= 16384
), told AS MATERIALIZED (
    SELECT conrelid AS id, age(xmin) AS age FROM pg_constraint WHERE oid >= 16384 AND conrelid <> 0
    UNION ALL SELECT tgrelid, age(xmin) FROM pg_trigger WHERE oid >= 16384 AND NOT tgisinternal
    UNION ALL SELECT ev_class, age(xmin) FROM pg_rewrite WHERE oid >= 16384
    UNION ALL SELECT polrelid, age(xmin) FROM pg_policy WHERE oid >= 16384
    UNION ALL SELECT inhrelid, age(xmin) FROM pg_inherits WHERE inhrelid >= 16384
    UNION ALL SELECT seqrelid, age(xmin) FROM pg_sequence WHERE seqrelid >= 16384
    UNION ALL SELECT objid, age(d.xmin) FROM pg_sequence JOIN pg_depend d ON classid = 'pg_class'::regclass AND objid = seqrelid WHERE seqrelid >= 16384
    UNION ALL SELECT ftrelid, age(xmin) FROM pg_foreign_table WHERE ftrelid >= 16384
), written AS (
    SELECT oid AS id FROM relation WHERE age <= (SELECT age FROM since)
    UNION ALL SELECT id FROM told WHERE age <= (SELECT age FROM since)
    UNION ALL SELECT attrelid FROM pg_attribute WHERE attrelid >= 16384 AND age(xmin) <= (SELECT age FROM since)
    UNION ALL SELECT adrelid FROM pg_attrdef WHERE oid >= 16384 AND age(xmin) <= (SELECT age FROM since)
    UNION ALL SELECT indrelid FROM pg_index WHERE indexrelid >= 16384 AND age(xmin) <= (SELECT age FROM since)
    -- Those of a foreign key tell whether it is enforced, on whichever side they stand.
    UNION ALL SELECT conrelid FROM pg_trigger t JOIN pg_constraint k ON k.oid = tgconstraint
        WHERE t.oid >= 16384 AND age(t.xmin) <= (SELECT age FROM since)
)
SELECT 'there' AS kind, array_agg(oid)::text AS id, '0' AS count, '0' AS newest, '0' AS rewritten, NULL AS highest FROM relation

UNION ALL SELECT 'rows', string_agg(concat(id, ' ', count), ','), '0', '0', '0', NULL FROM (SELECT id, count(*) FROM told GROUP BY id) told

UNION ALL SELECT 'written', array_agg(DISTINCT id)::text, '0', '0', '0', NULL FROM written

UNION ALL SELECT 'made', kind, count(*)::text, coalesce(age('3'::xid) - min(age), 0)::text,
    count(*) FILTER (WHERE age('3'::xid) - age >= $1 AND id <= $2)::text, max(id)::text
FROM (
    SELECT 'type' AS kind, oid::bigint AS id, age(xmin) AS age FROM pg_type
        WHERE oid >= 16384 AND (typtype NOT IN ('b', 'c') OR (typtype = 'b' AND typelem = 0))
    UNION ALL SELECT 'type', t.oid::bigint, age(t.xmin) FROM relation JOIN pg_type t ON t.oid = reltype WHERE relkind = 'c'
    UNION ALL SELECT 'label', oid::bigint, age(xmin) FROM pg_enum WHERE oid >= 16384
    UNION ALL SELECT 'routine', oid::bigint, age(xmin) FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT 'check', oid::bigint, age(xmin) FROM pg_constraint WHERE oid >= 16384 AND contypid <> 0
    UNION ALL SELECT 'statistics', oid::bigint, age(xmin) FROM pg_statistic_ext WHERE oid >= 16384
    UNION ALL SELECT 'event trigger', oid::bigint, age(xmin) FROM pg_event_trigger
    UNION ALL SELECT 'publication', oid::bigint, age(xmin) FROM pg_publication
    UNION ALL SELECT 'published', oid::bigint, age(xmin) FROM pg_publication_rel
) made GROUP BY kind

UNION ALL SELECT 'rest', kind, count(*)::text, coalesce(age('3'::xid) - min(age), 0)::text, '0', NULL
FROM (
    SELECT 'comment' AS kind, age(xmin) AS age FROM pg_description WHERE objoid >= 16384
    UNION ALL SELECT 'database', age(xmin) FROM pg_database WHERE datname = current_database()
    UNION ALL SELECT 'comment on database', age(s.xmin) FROM pg_database d JOIN pg_shdescription s ON objoid = d.oid WHERE datname = current_database()
    UNION ALL SELECT 'setting', age(s.xmin) FROM pg_database d JOIN pg_db_role_setting s ON setdatabase = d.oid WHERE datname = current_database()
    UNION ALL SELECT 'default grant', age(xmin) FROM pg_default_acl
    UNION ALL SELECT 'language', age(xmin) FROM pg_language
    UNION ALL SELECT 'mapping', age(xmin) FROM pg_ts_config_map WHERE mapcfg >= 16384
    UNION ALL SELECT 'schemas of publications', age(xmin) FROM pg_publication_namespace                           -- since 15
) rest GROUP BY kind

UNION ALL SELECT 'rest', 'user mapping', count(*)::text, coalesce(sum(hashtext(m::text)), 0)::text, '0', NULL FROM pg_user_mappings m

UNION ALL SELECT 'whole', kind, count(*)::text, coalesce(age('3'::xid) - min(age), 0)::text, '0', NULL
FROM (
    SELECT 'schema' AS kind, age(xmin) AS age FROM pg_namespace WHERE nspname !~ '^pg_'
    UNION ALL SELECT 'extension', age(xmin) FROM pg_extension
    UNION ALL SELECT 'member', age(xmin) FROM pg_depend WHERE refclassid = 'pg_extension'::regclass
    UNION ALL SELECT 'operator', age(xmin) FROM pg_operator WHERE oid >= 16384
    UNION ALL SELECT 'operator class', age(xmin) FROM pg_opclass WHERE oid >= 16384
    UNION ALL SELECT 'operator family', age(xmin) FROM pg_opfamily WHERE oid >= 16384
    UNION ALL SELECT 'member of a family', age(xmin) FROM pg_amop WHERE oid >= 16384
    UNION ALL SELECT 'function of a family', age(xmin) FROM pg_amproc WHERE oid >= 16384
    UNION ALL SELECT 'access method', age(xmin) FROM pg_am WHERE oid >= 16384
    UNION ALL SELECT 'cast', age(xmin) FROM pg_cast WHERE oid >= 16384
    UNION ALL SELECT 'collation', age(xmin) FROM pg_collation WHERE oid >= 16384
    UNION ALL SELECT 'dictionary', age(xmin) FROM pg_ts_dict WHERE oid >= 16384
    UNION ALL SELECT 'configuration', age(xmin) FROM pg_ts_config WHERE oid >= 16384
    UNION ALL SELECT 'wrapper', age(xmin) FROM pg_foreign_data_wrapper
    UNION ALL SELECT 'server', age(xmin) FROM pg_foreign_server
) whole GROUP BY kind

-- Those that something here belongs to or is granted to; who made the server is in no list.
UNION ALL SELECT 'whole', 'role', count(*)::text, coalesce(sum(hashtext(oid::text || rolname)), 0)::text, '0', NULL FROM pg_roles
WHERE oid = 10 OR oid IN (SELECT refobjid FROM pg_shdepend JOIN pg_database d ON d.oid = dbid WHERE datname = current_database() AND refclassid = 'pg_authid'::regclass)

UNION ALL SELECT 'whole', 'tablespace', count(*)::text, coalesce(sum(hashtext(oid::text || spcname)), 0)::text, '0', NULL FROM pg_tablespace

-- In a transaction that was open before, settings would outlive this query.
UNION ALL SELECT 'now', (now() = statement_timestamp())::text, '0', age('3'::xid)::text, '0', NULL

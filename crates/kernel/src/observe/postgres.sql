-- The statements that make a database what it is, in an order in which they can run, each with the object that it makes:
-- its kind, schema, name, the part of it, and the number that stays with it through renames. Rows without a statement only
-- tell such numbers.
--
-- `:home` alone is on the search path, so that its names stand bare. Lines that end in `since N` as in the snapshot.
WITH space AS MATERIALIZED (
    SELECT oid, nspname, nspowner, nspacl FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND nspname <> ALL (:ignore) AND (:everywhere OR nspname = :home)
), member AS MATERIALIZED (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e' OR (deptype = 'i' AND classid = 'pg_proc'::regclass)
), relation AS MATERIALIZED (
    SELECT c.oid, relname, relkind, relpersistence, relowner, relacl, reloptions, reloftype, reltoastrelid,
        relreplident, relrowsecurity, relforcerowsecurity, relispopulated, relispartition, relpartbound, nspname,
        CASE WHEN nspname = :home THEN quote_ident(relname) ELSE format('%I.%I', nspname, relname) END AS name
    FROM pg_class c JOIN space s ON s.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relname <> ALL (:ignore)
        AND (relkind <> 'S' OR NOT EXISTS (
            SELECT FROM pg_depend d JOIN pg_class owner ON owner.oid = refobjid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND deptype IN ('a', 'i') AND owner.relname = ANY (:ignore)))
        AND c.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_class'::regclass)
), routine AS MATERIALIZED (
    SELECT p.oid, prokind, proname, proowner, proacl, nspname,
        format('%s(%s)', CASE WHEN nspname = :home THEN quote_ident(proname) ELSE format('%I.%I', nspname, proname) END,
            pg_get_function_identity_arguments(p.oid)) AS name
    FROM pg_proc p JOIN space s ON s.oid = pronamespace
    WHERE p.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_proc'::regclass)
), datatype AS MATERIALIZED (
    SELECT t.*, nspname, CASE WHEN nspname = :home THEN quote_ident(typname) ELSE format('%I.%I', nspname, typname) END AS name
    FROM pg_type t JOIN space s ON s.oid = typnamespace LEFT JOIN pg_class c ON c.oid = typrelid
    WHERE (typtype IN ('e', 'd', 'r') OR relkind = 'c') AND t.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_type'::regclass)
), owned AS MATERIALIZED (
    SELECT d.objid AS sequence, d.refobjid AS relation, a.attname, deptype = 'i' AS identity, format('%s.%I', c.name, a.attname) AS name
    FROM pg_depend d JOIN relation c ON c.oid = d.refobjid JOIN pg_attribute a ON attrelid = refobjid AND attnum = refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND deptype IN ('a', 'i') AND refobjsubid > 0
        AND d.objid IN (SELECT seqrelid FROM pg_sequence)
), sequence AS MATERIALIZED (
    SELECT seqrelid, concat_ws(' ',
        CASE WHEN seqtypid <> 'int8'::regtype THEN 'AS ' || seqtypid::regtype END,
        CASE WHEN seqincrement <> 1 THEN 'INCREMENT BY ' || seqincrement END,
        CASE WHEN seqmin <> CASE WHEN seqincrement > 0 THEN 1 ELSE low END THEN 'MINVALUE ' || seqmin END,
        CASE WHEN seqmax <> CASE WHEN seqincrement > 0 THEN high ELSE -1 END THEN 'MAXVALUE ' || seqmax END,
        CASE WHEN seqstart <> CASE WHEN seqincrement > 0 THEN seqmin ELSE seqmax END THEN 'START WITH ' || seqstart END,
        CASE WHEN seqcache <> 1 THEN 'CACHE ' || seqcache END, CASE WHEN seqcycle THEN 'CYCLE' END) AS options
    FROM pg_sequence, LATERAL (SELECT
        CASE seqtypid WHEN 'int2'::regtype THEN 32767 WHEN 'int4'::regtype THEN 2147483647 ELSE 9223372036854775807 END AS high,
        CASE seqtypid WHEN 'int2'::regtype THEN -32768 WHEN 'int4'::regtype THEN -2147483648 ELSE -9223372036854775808 END AS low) bounds
), attribute AS MATERIALIZED (
    SELECT c.oid, c.relname, c.nspname, c.name, attname, attnum, attinhcount, attislocal, attstattarget, atttypid, attstorage, typstorage,
        concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
            CASE WHEN attcollation <> typcollation THEN 'COLLATE ' || attcollation::regcollation END,
            CASE WHEN attgenerated = '' THEN 'DEFAULT ' || pg_get_expr(adbin, adrelid)
                ELSE 'GENERATED ALWAYS AS (' || pg_get_expr(adbin, adrelid) || CASE attgenerated WHEN 's' THEN ') STORED' ELSE ') VIRTUAL' END END,
            (SELECT concat('GENERATED ', CASE attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, ' AS IDENTITY',
                    ' (' || nullif(concat_ws(' ', CASE WHEN s.relname <> concat_ws('_', c.relname, attname, 'seq') THEN 'SEQUENCE NAME ' || s.name END,
                        -- The type is the column's own.
                        nullif(regexp_replace(options, '^AS \S+ ?', ''), '')), '') || ')')
                FROM owned o JOIN sequence q ON seqrelid = o.sequence JOIN relation s ON s.oid = o.sequence
                WHERE o.relation = c.oid AND o.attname = a.attname AND o.identity),
            CASE WHEN attnotnull AND attidentity = '' THEN 'NOT NULL' END) AS definition
    FROM relation c JOIN pg_attribute a ON attrelid = c.oid JOIN pg_type t ON t.oid = atttypid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'f')
)
SELECT 0 AS rank, oid::bigint AS id, 'schema' AS kind, '' AS schema, nspname::text AS name, '' AS part, format('CREATE SCHEMA %I', nspname) AS sql
FROM space WHERE nspname <> :home

UNION ALL SELECT 1, oid, 'extension', '', extname, '', format('CREATE EXTENSION %I', extname) || CASE WHEN extnamespace IN (SELECT oid FROM space WHERE nspname <> :home)
    THEN format(' SCHEMA %I', extnamespace::regnamespace) ELSE '' END
FROM pg_extension WHERE extname <> 'plpgsql'

UNION ALL SELECT 2, oid, 'type', nspname, typname, '',
    CASE typtype
        WHEN 'e' THEN format('CREATE TYPE %s AS ENUM (%s)', name, (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
        WHEN 'd' THEN concat_ws(' ', 'CREATE DOMAIN', name, 'AS', format_type(typbasetype, typtypmod),
            (SELECT 'COLLATE ' || t.typcollation::regcollation FROM pg_type b WHERE b.oid = t.typbasetype AND b.typcollation <> t.typcollation),
            'DEFAULT ' || coalesce(pg_get_expr(typdefaultbin, 0), typdefault), CASE WHEN typnotnull THEN 'NOT NULL' END,
            (SELECT string_agg(format('CONSTRAINT %I %s', conname, pg_get_constraintdef(k.oid)), ' ' ORDER BY conname) FROM pg_constraint k
                WHERE contypid = t.oid AND contype = 'c'))
        WHEN 'r' THEN (SELECT format('CREATE TYPE %s AS RANGE (SUBTYPE = %s)', t.name, format_type(rngsubtype, NULL)) FROM pg_range WHERE rngtypid = t.oid)
        ELSE format('CREATE TYPE %s AS (%s)', name, (SELECT string_agg(concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
                CASE WHEN attcollation <> a.typcollation THEN 'COLLATE ' || attcollation::regcollation END), ', ' ORDER BY attnum)
            FROM pg_attribute JOIN pg_type a ON a.oid = atttypid WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped))
    END
FROM datatype t

UNION ALL SELECT 2, e.oid, 'label', nspname, typname, enumlabel, NULL FROM datatype t JOIN pg_enum e ON enumtypid = t.oid

UNION ALL SELECT 3, oid, 'sequence', nspname, relname, '', concat_ws(' ', 'CREATE SEQUENCE', name, nullif(options, ''))
FROM relation c JOIN sequence ON seqrelid = c.oid WHERE oid NOT IN (SELECT o.sequence FROM owned o WHERE identity)

UNION ALL SELECT 4, oid, 'routine', nspname, proname, oidvectortypes((SELECT proargtypes FROM pg_proc p WHERE p.oid = r.oid)),
    CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid)
        ELSE (SELECT format('CREATE AGGREGATE %s (%s)', r.name, concat_ws(', ', 'SFUNC = ' || aggtransfn, 'STYPE = ' || aggtranstype::regtype,
            'FINALFUNC = ' || nullif(aggfinalfn, 0)::regproc, 'INITCOND = ' || quote_literal(agginitval))) FROM pg_aggregate WHERE aggfnoid = r.oid)
    END
FROM routine r

UNION ALL SELECT 5, oid, 'table', nspname, relname, '',
    concat_ws(' ', 'CREATE', CASE relpersistence WHEN 'u' THEN 'UNLOGGED' END, CASE relkind WHEN 'f' THEN 'FOREIGN' END, 'TABLE', name,
        CASE WHEN relispartition THEN (SELECT concat_ws(' ', 'PARTITION OF', inhparent::regclass, pg_get_expr(relpartbound, c.oid)) FROM pg_inherits WHERE inhrelid = c.oid)
            ELSE '(' || coalesce((SELECT string_agg(definition, ', ' ORDER BY attnum) FROM attribute a WHERE a.oid = c.oid AND (attinhcount = 0 OR attislocal)), '') || ')' END,
        CASE WHEN NOT relispartition THEN
            (SELECT 'INHERITS (' || string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) || ')' FROM pg_inherits WHERE inhrelid = c.oid) END,
        CASE WHEN relkind = 'p' THEN 'PARTITION BY ' || pg_get_partkeydef(c.oid) END,
        (SELECT 'SERVER ' || quote_ident(srvname) FROM pg_foreign_table JOIN pg_foreign_server v ON v.oid = ftserver WHERE ftrelid = c.oid),
        'WITH (' || (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(reloptions) o) || ')')
FROM relation c WHERE relkind IN ('r', 'p', 'f')

UNION ALL SELECT 5, attnum, 'column', nspname, relname, attname, NULL FROM attribute

UNION ALL SELECT CASE contype WHEN 'f' THEN 7 ELSE 6 END, k.oid, 'constraint', nspname, relname, conname,
    format('ALTER TABLE %s ADD CONSTRAINT %I %s', name, conname, pg_get_constraintdef(k.oid))
FROM relation c JOIN pg_constraint k ON conrelid = c.oid
WHERE contype IN ('p', 'u', 'c', 'x', 'f') AND conislocal AND conparentid = 0

UNION ALL SELECT 8, indexrelid, 'index', nspname, c.relname, i.relname,
    -- Of a partitioned table: with all its partitions.
    replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')
FROM relation c JOIN pg_index x ON indrelid = c.oid JOIN pg_class i ON i.oid = indexrelid
WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = indrelid AND conindid = indexrelid AND contype IN ('p', 'u', 'x'))
    AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid = indexrelid) AND c.relkind <> 'm'

UNION ALL SELECT 9, NULL, '', '', '', '', format('ALTER SEQUENCE %s OWNED BY %s', c.name, o.name)
FROM owned o JOIN relation c ON c.oid = o.sequence WHERE NOT identity

UNION ALL SELECT 10, oid, 'view', nspname, relname, '',
    concat_ws(' ', 'CREATE', CASE relkind WHEN 'm' THEN 'MATERIALIZED' END, 'VIEW', name,
        'WITH (' || (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(reloptions) o) || ')',
        'AS', rtrim(pg_get_viewdef(oid), ';'), CASE WHEN NOT relispopulated THEN 'WITH NO DATA' END)
FROM relation c WHERE relkind IN ('v', 'm')

-- It is written anew whenever somebody replaces the view, and not when what it reads is renamed.
UNION ALL SELECT 10, r.oid, 'definition', nspname, relname, r.xmin::text, NULL
FROM relation c JOIN pg_rewrite r ON ev_class = c.oid WHERE rulename = '_RETURN'

UNION ALL SELECT 11, indexrelid, '', '', '', '', pg_get_indexdef(indexrelid) FROM relation c JOIN pg_index ON indrelid = c.oid WHERE c.relkind = 'm'

UNION ALL SELECT 12, NULL, '', '', '', '', format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE %s', name, attname,
    CASE attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END)
FROM attribute WHERE attstorage <> typstorage

UNION ALL SELECT 12, NULL, '', '', '', '', format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', name, attname, attstattarget)
FROM attribute WHERE attstattarget >= 0

UNION ALL SELECT 12, NULL, '', '', '', '', format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name) FROM relation WHERE relrowsecurity
UNION ALL SELECT 12, NULL, '', '', '', '', format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', name) FROM relation WHERE relforcerowsecurity

UNION ALL SELECT 12, NULL, '', '', '', '', format('ALTER TABLE %s REPLICA IDENTITY %s', name, CASE relreplident WHEN 'n' THEN 'NOTHING' WHEN 'f' THEN 'FULL'
    ELSE (SELECT 'USING INDEX ' || quote_ident(i.relname) FROM pg_index x JOIN pg_class i ON i.oid = indexrelid WHERE indrelid = c.oid AND indisreplident) END)
FROM relation c WHERE relkind IN ('r', 'p') AND relreplident <> 'd'

UNION ALL SELECT 12, NULL, '', '', '', '', format('ALTER TABLE %s CLUSTER ON %I', name, i.relname)
FROM relation c JOIN pg_index ON indrelid = c.oid JOIN pg_class i ON i.oid = indexrelid WHERE indisclustered AND c.relkind = 'r'

UNION ALL SELECT 13, t.oid, 'trigger', nspname, relname, tgname, pg_get_triggerdef(t.oid)
FROM relation c JOIN pg_trigger t ON tgrelid = c.oid WHERE NOT tgisinternal AND tgparentid = 0

UNION ALL SELECT 14, NULL, '', '', '', '', format('ALTER TABLE %s %s TRIGGER %I', name,
    CASE tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, tgname)
FROM relation c JOIN pg_trigger t ON tgrelid = c.oid WHERE NOT tgisinternal AND tgparentid = 0 AND tgenabled <> 'O'

UNION ALL SELECT 13, p.oid, 'policy', nspname, relname, polname,
    concat_ws(' ', format('CREATE POLICY %I ON %s', polname, name), CASE WHEN NOT polpermissive THEN 'AS RESTRICTIVE' END,
        CASE polcmd WHEN 'r' THEN 'FOR SELECT' WHEN 'a' THEN 'FOR INSERT' WHEN 'w' THEN 'FOR UPDATE' WHEN 'd' THEN 'FOR DELETE' END,
        CASE WHEN polroles <> '{0}' THEN 'TO ' || (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(r)) END, ', ' ORDER BY pg_get_userbyid(r))
            FROM unnest(polroles) r) END,
        'USING (' || pg_get_expr(polqual, polrelid) || ')', 'WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')')
FROM relation c JOIN pg_policy p ON polrelid = c.oid

UNION ALL SELECT 13, NULL, '', '', '', '', rtrim(pg_get_ruledef(r.oid), ';') FROM relation c JOIN pg_rewrite r ON ev_class = c.oid WHERE rulename <> '_RETURN'

UNION ALL SELECT 15, NULL, '', '', '', '', pg_get_statisticsobjdef(x.oid) FROM pg_statistic_ext x JOIN space s ON s.oid = stxnamespace

UNION ALL SELECT 15, NULL, '', '', '', '', concat_ws(' ', 'CREATE EVENT TRIGGER', quote_ident(evtname), 'ON', evtevent,
    'WHEN TAG IN (' || (SELECT string_agg(quote_literal(tag), ', ') FROM unnest(evttags) tag) || ')', 'EXECUTE FUNCTION', evtfoid::regprocedure)
FROM pg_event_trigger WHERE oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_event_trigger'::regclass)

UNION ALL SELECT 15, NULL, '', '', '', '', concat_ws(' ', 'CREATE PUBLICATION', quote_ident(pubname), CASE WHEN puballtables THEN 'FOR ALL TABLES' END,
    'FOR TABLE ' || (SELECT string_agg(prrelid::regclass::text, ', ' ORDER BY prrelid::regclass::text) FROM pg_publication_rel WHERE prpubid = p.oid))
FROM pg_publication p

UNION ALL SELECT 16, NULL, '', '', '', '', format('COMMENT ON %s %s IS %L', CASE type WHEN 'table column' THEN 'COLUMN' WHEN 'composite type' THEN 'TYPE'
        WHEN 'table constraint' THEN 'CONSTRAINT' WHEN 'domain constraint' THEN 'CONSTRAINT' ELSE upper(type) END,
    CASE WHEN type IN ('table constraint', 'trigger', 'policy', 'rule') THEN regexp_replace(identity, '\m' || quote_ident(:home) || '\.', '', 'g')
        WHEN type = 'domain constraint' THEN regexp_replace(regexp_replace(identity, '\m' || quote_ident(:home) || '\.', '', 'g'), ' on ', ' ON DOMAIN ')
        ELSE regexp_replace(identity, '\m' || quote_ident(:home) || '\.', '', 'g') END, description)
FROM pg_description, pg_identify_object(classoid, objoid, objsubid)
WHERE objoid >= 16384 AND type <> 'extension' AND NOT EXISTS (SELECT FROM member m WHERE m.classid = classoid AND m.objid = objoid)
    AND (classoid <> 'pg_class'::regclass OR objoid IN (SELECT oid FROM relation) OR objoid IN (SELECT indexrelid FROM pg_index WHERE indrelid IN (SELECT oid FROM relation)))

UNION ALL SELECT 17, NULL, '', '', '', '', format('%s %s ON %s %s %s%s', CASE WHEN bool_or(held) THEN 'GRANT' ELSE 'REVOKE' END, privilege_type || columns, what,
    CASE WHEN bool_or(held) THEN 'TO' ELSE 'FROM' END, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END,
    CASE WHEN bool_or(held AND is_grantable AND owner <> grantee) THEN ' WITH GRANT OPTION' ELSE '' END)
FROM (
    SELECT what, columns, owner, acl, true AS held FROM (
        SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || name AS what, '' AS columns, relowner AS owner, relacl AS acl FROM relation
        UNION ALL SELECT 'TABLE ' || name, format(' (%I)', attname), relowner, attacl FROM relation c JOIN pg_attribute ON attrelid = c.oid WHERE NOT attisdropped
        UNION ALL SELECT concat(CASE prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END, name), '', proowner, proacl FROM routine
        UNION ALL SELECT 'TYPE ' || name, '', typowner, typacl FROM datatype
        UNION ALL SELECT 'SCHEMA ' || quote_ident(nspname), '', nspowner, nspacl FROM space
    ) now WHERE acl IS NOT NULL
    UNION ALL SELECT what, '', owner, acldefault(class, owner), false FROM (
        SELECT CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || name AS what, (CASE relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char" AS class, relowner AS owner
        FROM relation WHERE relacl IS NOT NULL
        UNION ALL SELECT concat(CASE prokind WHEN 'p' THEN 'PROCEDURE ' ELSE 'FUNCTION ' END, name), 'f', proowner FROM routine WHERE proacl IS NOT NULL
        UNION ALL SELECT 'TYPE ' || name, 'T', typowner FROM datatype WHERE typacl IS NOT NULL
        UNION ALL SELECT 'SCHEMA ' || quote_ident(nspname), 'n', nspowner FROM space WHERE nspacl IS NOT NULL
    ) usual
) lists, aclexplode(acl)
GROUP BY what, columns, privilege_type, grantee
HAVING bool_or(held) IS DISTINCT FROM bool_or(NOT held) OR bool_or(held AND is_grantable AND owner <> grantee)

UNION ALL SELECT 17, NULL, '', '', '', '', format('ALTER DEFAULT PRIVILEGES FOR ROLE %I%s GRANT %s ON %s TO %s', pg_get_userbyid(defaclrole),
    CASE WHEN defaclnamespace = 0 THEN '' ELSE format(' IN SCHEMA %I', defaclnamespace::regnamespace) END, privilege_type,
    CASE defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES' ELSE 'SCHEMAS' END,
    CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END)
FROM pg_default_acl, aclexplode(defaclacl) WHERE grantee <> defaclrole
ORDER BY rank, id

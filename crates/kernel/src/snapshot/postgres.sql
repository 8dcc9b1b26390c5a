-- What PostgreSQL's catalogs hold of a database, an object a row: its kind, its name as people write it, and all that is
-- compared of it. Columns also tell their table, their own name and where they stand.
--
-- Nothing is on the search path, so that every name inside the texts comes with its schema. A line that ends in `since N`
-- is left out on servers before version N, one that ends in `until N` on later ones. `:ignore` and `:roles` are arrays,
-- `:home` is the schema whose name is left out, and the only one that is read unless `:everywhere` is true. `:chosen` is a
-- condition on `c.oid`: of other relations nothing is told. `unit` is the relation that an object belongs to,
-- so that relations can be read again one by one (`watch.rs`).
WITH space AS MATERIALIZED (
    SELECT oid, nspname, nspowner, nspacl, CASE WHEN nspname = :home THEN '' ELSE nspname || '.' END AS prefix
    FROM pg_namespace
    WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' AND nspname <> ALL (:ignore) AND (:everywhere OR nspname = :home)
), member AS MATERIALIZED (
    -- What an extension brings along, and the functions that make a range.
    SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
    UNION ALL SELECT classid, objid FROM pg_depend WHERE classid = 'pg_proc'::regclass AND deptype = 'i'
), relation AS MATERIALIZED (
    SELECT c.oid, relname, relkind, relpersistence, relowner, relacl, reloptions, reltoastrelid, relam, reltablespace, reloftype,
        relreplident, relrowsecurity, relforcerowsecurity, relispopulated, relispartition, relpartbound, prefix, prefix || relname AS name
    FROM pg_class c JOIN space s ON s.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'c', 'S') AND relname <> ALL (:ignore) AND :chosen
        AND (relkind <> 'S' OR NOT EXISTS (
            SELECT FROM pg_depend d JOIN pg_class owner ON owner.oid = refobjid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND deptype IN ('a', 'i') AND owner.relname = ANY (:ignore)))
        AND c.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_class'::regclass)
), routine AS MATERIALIZED (
    SELECT p.oid, prokind, proowner, proacl, format('%s%s(%s)', prefix, proname, replace(oidvectortypes(proargtypes), quote_ident(:home) || '.', '')) AS name
    FROM pg_proc p JOIN space s ON s.oid = pronamespace
    WHERE p.oid >= 16384 AND p.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_proc'::regclass)
), datatype AS MATERIALIZED (
    SELECT t.*, prefix || typname AS name
    FROM pg_type t JOIN space s ON s.oid = typnamespace LEFT JOIN pg_class c ON c.oid = typrelid
    WHERE (typtype IN ('e', 'd', 'r') OR relkind = 'c' OR (typtype = 'b' AND typelem = 0))
        AND t.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_type'::regclass)
), root AS MATERIALIZED (
    SELECT oid, datdba, datacl FROM pg_database WHERE datname = current_database()
)
SELECT NULL AS kind, NULL AS name, NULL AS text, NULL AS home, NULL AS part, NULL AS place, NULL::oid AS unit WHERE false

--- of relations

UNION ALL SELECT CASE relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END, name,
    concat_ws(' ',
        CASE relpersistence WHEN 'u' THEN 'UNLOGGED' WHEN 't' THEN 'TEMPORARY' END,
        'OF ' || nullif(reloftype, 0)::regtype,
        (SELECT CASE WHEN relispartition THEN 'PARTITION OF ' ELSE 'INHERITS ' END || string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno)
            FROM pg_inherits WHERE inhrelid = c.oid),
        CASE WHEN relispartition THEN pg_get_expr(relpartbound, c.oid) END,
        CASE WHEN relkind = 'p' THEN 'PARTITION BY ' || pg_get_partkeydef(c.oid) END,
        (SELECT concat_ws(' ', 'SERVER', srvname, ftoptions) FROM pg_foreign_table JOIN pg_foreign_server v ON v.oid = ftserver
            WHERE ftrelid = c.oid AND relkind = 'f'),
        (SELECT 'USING ' || amname FROM pg_am m WHERE m.oid = relam AND amname <> 'heap'),
        'WITH (' || (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(reloptions) o) || ')',
        (SELECT 'TOAST (' || string_agg(o, ', ' ORDER BY o) || ')' FROM pg_class t, unnest(t.reloptions) o
            WHERE t.oid = c.reltoastrelid AND c.reltoastrelid <> 0),
        (SELECT 'TABLESPACE ' || spcname FROM pg_tablespace p WHERE p.oid = reltablespace),
        CASE relreplident WHEN 'n' THEN 'REPLICA IDENTITY NOTHING' WHEN 'f' THEN 'REPLICA IDENTITY FULL'
            WHEN 'i' THEN 'REPLICA IDENTITY USING INDEX' END,
        CASE WHEN relkind IN ('v', 'm') THEN 'AS' || pg_get_viewdef(c.oid) END,
        CASE WHEN NOT relispopulated THEN 'WITH NO DATA' END), NULL, NULL, NULL, c.oid
FROM relation c WHERE relkind IN ('r', 'p', 'v', 'm', 'f')

UNION ALL SELECT 'row security', name,
    concat_ws(' ', CASE WHEN relrowsecurity THEN 'ENABLED' ELSE 'DISABLED' END, CASE WHEN relforcerowsecurity THEN 'FORCED' END), NULL, NULL, NULL, oid
FROM relation WHERE relrowsecurity OR relforcerowsecurity

UNION ALL SELECT 'column', name || '.' || attname,
    concat_ws(' ',
        format_type(atttypid, atttypmod),
        CASE WHEN attcollation <> typcollation THEN 'COLLATE ' || attcollation::regcollation END,
        CASE attidentity WHEN 'a' THEN 'GENERATED ALWAYS AS IDENTITY' WHEN 'd' THEN 'GENERATED BY DEFAULT AS IDENTITY' END,
        CASE attgenerated WHEN '' THEN 'DEFAULT ' || pg_get_expr(adbin, adrelid)
            ELSE 'GENERATED ALWAYS AS (' || pg_get_expr(adbin, adrelid) || CASE attgenerated WHEN 's' THEN ') STORED' ELSE ') VIRTUAL' END END,
        CASE WHEN attnotnull THEN 'NOT NULL' END,
        -- A name that the server chose tells nothing: it keeps the table's and the column's former names.
        (SELECT concat_ws(' ', CASE WHEN conname !~ '_not_null[0-9]*$' THEN 'CONSTRAINT ' || conname END,          -- since 18
            CASE WHEN connoinherit THEN 'NO INHERIT' END, CASE WHEN NOT convalidated THEN 'NOT VALID' END)         -- since 18
            FROM pg_constraint WHERE conrelid = attrelid AND contype = 'n' AND conkey[1] = attnum                  -- since 18
            AND (conname !~ '_not_null[0-9]*$' OR connoinherit OR NOT convalidated)),                              -- since 18
        CASE WHEN attstorage <> typstorage
            THEN 'STORAGE ' || CASE attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END END,
        CASE attcompression WHEN 'p' THEN 'COMPRESSION pglz' WHEN 'l' THEN 'COMPRESSION lz4' END,                  -- since 14
        CASE WHEN attstattarget >= 0 THEN 'STATISTICS ' || attstattarget END,
        -- The server keeps notes of its own among them (pg_attver).
        'WITH (' || (SELECT string_agg(o, ', ' ORDER BY o) FROM unnest(attoptions) o WHERE o NOT LIKE 'pg\_%') || ')',
        'OPTIONS (' || array_to_string(attfdwoptions, ', ') || ')',
        CASE WHEN attinhcount > 0 THEN CASE WHEN attislocal THEN 'INHERITED AND LOCAL' ELSE 'INHERITED' END END),
    CASE WHEN relkind IN ('r', 'p', 'f') THEN name END, attname, attnum::text, c.oid
FROM relation c JOIN pg_attribute ON attrelid = c.oid JOIN pg_type t ON t.oid = atttypid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'v', 'm', 'f')

-- An index that makes a constraint is told with it, where it is not the plain one.
UNION ALL SELECT 'constraint', name || '.' || conname,
    concat_ws(' ', CASE WHEN right(definition, length(parts)) <> parts THEN definition || ' INDEX ' || parts ELSE definition END,
        CASE WHEN coninhcount > 0 THEN CASE WHEN conislocal THEN 'INHERITED AND LOCAL' ELSE 'INHERITED' END END,
        CASE WHEN EXISTS (SELECT FROM pg_trigger WHERE tgconstraint = k.oid AND tgisinternal AND tgenabled <> 'O') THEN 'TRIGGERS DISABLED' END,
        CASE WHEN NOT indisvalid THEN 'INVALID' END, CASE WHEN indisclustered THEN 'CLUSTER' END,
        CASE WHEN indisreplident THEN 'REPLICA IDENTITY' END), NULL, NULL, NULL, unit
FROM (
    SELECT c.oid AS unit, name, k.oid, conname, conindid, coninhcount, conislocal, contype, pg_get_constraintdef(k.oid) AS definition
    FROM relation c JOIN pg_constraint k ON conrelid = c.oid
    WHERE contype NOT IN ('n', 't') AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = k.conparentid AND p.conrelid = k.conrelid)
) k LEFT JOIN LATERAL (
    SELECT indisvalid, indisclustered, indisreplident, regexp_replace(pg_get_indexdef(indexrelid), '^.* USING (btree )?', '') AS parts
    FROM pg_index WHERE indexrelid = conindid AND contype IN ('p', 'u', 'x')
) i ON true

UNION ALL SELECT 'index', prefix || i.relname,
    concat_ws(' ', pg_get_indexdef(indexrelid),
        (SELECT 'TABLESPACE ' || spcname FROM pg_tablespace p WHERE p.oid = i.reltablespace),
        (SELECT 'PART OF ' || inhparent::regclass FROM pg_inherits WHERE inhrelid = indexrelid),
        (SELECT 'STATISTICS ' || string_agg(attnum || ': ' || attstattarget, ', ' ORDER BY attnum) FROM pg_attribute
            WHERE attrelid = indexrelid AND attstattarget >= 0),
        CASE WHEN NOT indisvalid THEN 'INVALID' END, CASE WHEN indisclustered THEN 'CLUSTER' END,
        CASE WHEN indisreplident THEN 'REPLICA IDENTITY' END), NULL, NULL, NULL, c.oid
FROM relation c JOIN pg_index x ON indrelid = c.oid JOIN pg_class i ON i.oid = indexrelid
WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = indrelid AND conindid = indexrelid AND contype IN ('p', 'u', 'x'))

UNION ALL SELECT 'sequence', name,
    concat_ws(' ', CASE relpersistence WHEN 'u' THEN 'UNLOGGED' END, 'AS', seqtypid::regtype, 'START', seqstart, 'INCREMENT', seqincrement,
        'MINVALUE', seqmin, 'MAXVALUE', seqmax, 'CACHE', seqcache, CASE WHEN seqcycle THEN 'CYCLE' END,
        (SELECT CASE deptype WHEN 'i' THEN 'IDENTITY OF ' ELSE 'OWNED BY ' END || refobjid::regclass || '.' || attname
            FROM pg_depend d JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
            WHERE d.classid = 'pg_class'::regclass AND d.objid = seqrelid AND deptype IN ('a', 'i') AND refclassid = 'pg_class'::regclass)),
    NULL, NULL, NULL, c.oid
FROM relation c JOIN pg_sequence ON seqrelid = c.oid

UNION ALL SELECT 'trigger', name || '.' || tgname,
    concat_ws(' ', pg_get_triggerdef(t.oid), CASE tgenabled WHEN 'D' THEN 'DISABLED' WHEN 'R' THEN 'ENABLED REPLICA' WHEN 'A' THEN 'ENABLED ALWAYS' END),
    NULL, NULL, NULL, c.oid
FROM relation c JOIN pg_trigger t ON tgrelid = c.oid WHERE NOT tgisinternal

UNION ALL SELECT 'rule', name || '.' || rulename,
    concat_ws(' ', pg_get_ruledef(r.oid), CASE ev_enabled WHEN 'D' THEN 'DISABLED' WHEN 'R' THEN 'ENABLED REPLICA' WHEN 'A' THEN 'ENABLED ALWAYS' END),
    NULL, NULL, NULL, c.oid
FROM relation c JOIN pg_rewrite r ON ev_class = c.oid WHERE rulename <> '_RETURN'

UNION ALL SELECT 'policy', name || '.' || polname,
    concat_ws(' ', CASE WHEN polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
        CASE polcmd WHEN 'r' THEN 'FOR SELECT' WHEN 'a' THEN 'FOR INSERT' WHEN 'w' THEN 'FOR UPDATE' WHEN 'd' THEN 'FOR DELETE' ELSE 'FOR ALL' END,
        'TO ' || (SELECT string_agg(CASE r WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r)::text END, ', ' ORDER BY pg_get_userbyid(r)) FROM unnest(polroles) r),
        'USING (' || pg_get_expr(polqual, polrelid) || ')', 'WITH CHECK (' || pg_get_expr(polwithcheck, polrelid) || ')'), NULL, NULL, NULL, c.oid
FROM relation c JOIN pg_policy ON polrelid = c.oid

UNION ALL SELECT 'owner', 'of ' || name, pg_get_userbyid(relowner), NULL, NULL, NULL, c.oid
FROM relation c, root WHERE relkind <> 'c' AND relowner <> datdba

-- What differs from what the owner and everybody have unasked.
UNION ALL SELECT 'grant', concat('on ', what, ' to ', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END),
    coalesce(string_agg(privilege, ', ' ORDER BY privilege) FILTER (WHERE held), 'nothing'), NULL, NULL, NULL, id
FROM (
    SELECT what, id, grantee, privilege_type || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS privilege, held
    FROM (
        SELECT name AS what, oid AS id, relacl AS acl, true AS held FROM relation WHERE relacl IS NOT NULL
        UNION ALL SELECT 'column ' || name || '.' || attname, attrelid, attacl, true FROM relation c JOIN pg_attribute ON attrelid = c.oid
            WHERE attacl IS NOT NULL AND NOT attisdropped
        UNION ALL SELECT name, oid, acldefault((CASE relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", relowner), false FROM relation WHERE relacl IS NOT NULL
    ) lists, aclexplode(acl)
) privileges
GROUP BY what, id, grantee
HAVING array_agg(DISTINCT privilege) FILTER (WHERE held) IS DISTINCT FROM array_agg(DISTINCT privilege) FILTER (WHERE NOT held)

-- No objects: what else belongs to a relation under a number of its own.
UNION ALL SELECT 'part', indexrelid::text, '', NULL, NULL, NULL, c.oid
FROM relation c JOIN pg_index ON indrelid = c.oid

UNION ALL SELECT 'part', indexrelid::text, '', NULL, NULL, NULL, c.oid
FROM relation c JOIN pg_index ON indrelid = reltoastrelid WHERE reltoastrelid <> 0

UNION ALL SELECT 'part', reltoastrelid::text, '', NULL, NULL, NULL, oid
FROM relation WHERE reltoastrelid <> 0

--- of others

UNION ALL SELECT 'schema', nspname::text, '', NULL, NULL, NULL, NULL::oid
FROM space

UNION ALL SELECT 'extension', extname, concat_ws(' ', 'SCHEMA', extnamespace::regnamespace, 'VERSION', extversion), NULL, NULL, NULL, NULL
FROM pg_extension

UNION ALL SELECT 'constraint', name || '.' || conname,
    concat_ws(' ', pg_get_constraintdef(k.oid), CASE WHEN coninhcount > 0 THEN CASE WHEN conislocal THEN 'INHERITED AND LOCAL' ELSE 'INHERITED' END END),
    NULL, NULL, NULL, NULL
FROM datatype d JOIN pg_constraint k ON contypid = d.oid WHERE contype <> 'n'

UNION ALL SELECT 'type', name,
    CASE typtype
        WHEN 'e' THEN format('ENUM (%s)', (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid))
        WHEN 'd' THEN concat_ws(' ', 'DOMAIN AS', format_type(typbasetype, typtypmod),
            (SELECT 'COLLATE ' || t.typcollation::regcollation FROM pg_type b WHERE b.oid = t.typbasetype AND b.typcollation <> t.typcollation),
            'DEFAULT ' || coalesce(pg_get_expr(typdefaultbin, 0), typdefault), CASE WHEN typnotnull THEN 'NOT NULL' END)
        WHEN 'r' THEN (SELECT concat_ws(' ', 'RANGE OF', format_type(rngsubtype, NULL), 'COLLATE ' || nullif(rngcollation, 0)::regcollation,
                (SELECT 'OPCLASS ' || opcname FROM pg_opclass o WHERE o.oid = rngsubopc AND NOT opcdefault),
                'CANONICAL ' || nullif(rngcanonical, 0)::regproc, 'SUBTYPE_DIFF ' || nullif(rngsubdiff, 0)::regproc,
                'MULTIRANGE ' || rngmultitypid::regtype,                                                           -- since 14
                NULL) FROM pg_range WHERE rngtypid = t.oid)
        WHEN 'c' THEN format('(%s)', (SELECT string_agg(concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
                CASE WHEN attcollation <> a.typcollation THEN 'COLLATE ' || attcollation::regcollation END), ', ' ORDER BY attnum)
            FROM pg_attribute JOIN pg_type a ON a.oid = atttypid WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped))
        ELSE concat_ws(' ', 'INPUT', typinput, 'OUTPUT', typoutput, 'LENGTH', typlen, typbyval, typalign, typstorage, typcategory,
            typispreferred, typdelim, typdefault)
    END, NULL, NULL, NULL, NULL
FROM datatype t

UNION ALL SELECT CASE prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, name,
    CASE WHEN prokind <> 'a' THEN pg_get_functiondef(oid)
        ELSE (SELECT concat_ws(' ', pg_get_function_result(r.oid), 'SFUNC', aggtransfn, 'STYPE', aggtranstype::regtype, nullif(aggtransspace, 0),
            'FINALFUNC ' || nullif(aggfinalfn, 0), nullif(aggfinalextra, false), aggfinalmodify, 'COMBINEFUNC ' || nullif(aggcombinefn, 0),
            'SERIALFUNC ' || nullif(aggserialfn, 0), 'DESERIALFUNC ' || nullif(aggdeserialfn, 0), 'MSFUNC ' || nullif(aggmtransfn, 0),
            'MINVFUNC ' || nullif(aggminvtransfn, 0), 'MFINALFUNC ' || nullif(aggmfinalfn, 0), 'MSTYPE ' || nullif(aggmtranstype, 0)::regtype,
            'INITCOND ' || quote_literal(agginitval), 'MINITCOND ' || quote_literal(aggminitval), 'SORTOP ' || nullif(aggsortop, 0)::regoperator,
            aggkind, aggnumdirectargs, (SELECT proparallel FROM pg_proc p WHERE p.oid = r.oid))
            FROM pg_aggregate WHERE aggfnoid = r.oid)
    END, NULL, NULL, NULL, NULL
FROM routine r

UNION ALL SELECT 'statistics', prefix || stxname,
    concat_ws(' ', pg_get_statisticsobjdef(x.oid), CASE WHEN stxstattarget >= 0 THEN 'STATISTICS ' || stxstattarget END), NULL, NULL, NULL, NULL
FROM pg_statistic_ext x JOIN space s ON s.oid = stxnamespace

UNION ALL SELECT 'event trigger', evtname,
    concat_ws(' ', 'ON', evtevent, 'WHEN TAG IN ' || evttags::text, 'EXECUTE', evtfoid::regproc, CASE WHEN evtenabled <> 'O' THEN 'STATE ' || evtenabled::text END),
    NULL, NULL, NULL, NULL
FROM pg_event_trigger WHERE oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_event_trigger'::regclass)

UNION ALL SELECT 'publication', pubname,
    concat_ws(' ', CASE WHEN puballtables THEN 'FOR ALL TABLES' END,
        'FOR TABLE ' || (SELECT string_agg(concat_ws(' ', prrelid::regclass,
                '(' || (SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = prrelid AND attnum = ANY (prattrs)) || ')', -- since 15
                'WHERE ' || pg_get_expr(prqual, prrelid),                                                          -- since 15
                NULL), ', ' ORDER BY prrelid::regclass::text) FROM pg_publication_rel WHERE prpubid = p.oid),
        'FOR TABLES IN SCHEMA ' || (SELECT string_agg(pnnspid::regnamespace::text, ', ' ORDER BY pnnspid::regnamespace::text) -- since 15
            FROM pg_publication_namespace WHERE pnpubid = p.oid),                                                  -- since 15
        CASE WHEN pubinsert THEN 'insert' END, CASE WHEN pubupdate THEN 'update' END, CASE WHEN pubdelete THEN 'delete' END,
        CASE WHEN pubtruncate THEN 'truncate' END, CASE WHEN pubviaroot THEN 'via root' END,
        CASE WHEN pubgencols <> 'n' THEN 'generated columns' END,                                                  -- since 18
        NULL), NULL, NULL, NULL, NULL
FROM pg_publication p

UNION ALL SELECT 'collation', prefix || collname,
    concat_ws(' ', collprovider, CASE WHEN NOT collisdeterministic THEN 'NONDETERMINISTIC' END, collcollate, collctype,
        colliculocale,                                                                                             -- since 15 until 16
        collicurules,                                                                                              -- since 16
        colllocale,                                                                                                -- since 17
        NULL), NULL, NULL, NULL, NULL
FROM pg_collation c JOIN space s ON s.oid = collnamespace
WHERE c.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_collation'::regclass)

UNION ALL SELECT 'cast', concat(replace(format_type(castsource, NULL), quote_ident(:home) || '.', ''), ' as ', replace(format_type(casttarget, NULL), quote_ident(:home) || '.', '')),
    concat_ws(' ', castmethod, nullif(castfunc, 0)::regprocedure, castcontext), NULL, NULL, NULL, NULL
FROM pg_cast WHERE oid >= 16384 AND oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_cast'::regclass)

UNION ALL SELECT 'operator', replace(o.oid::regoperator::text, quote_ident(:home) || '.', ''),
    concat_ws(' ', oprcode, 'RETURNS', format_type(oprresult, NULL), 'COMMUTATOR ' || nullif(oprcom, 0)::regoperator,
        'NEGATOR ' || nullif(oprnegate, 0)::regoperator, 'RESTRICT ' || nullif(oprrest, 0), 'JOIN ' || nullif(oprjoin, 0),
        CASE WHEN oprcanhash THEN 'HASHES' END, CASE WHEN oprcanmerge THEN 'MERGES' END), NULL, NULL, NULL, NULL
FROM pg_operator o JOIN space s ON s.oid = oprnamespace
WHERE o.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_operator'::regclass)

UNION ALL SELECT 'operator class', concat(prefix, opcname, ' using ', amname),
    concat_ws(' ', CASE WHEN opcdefault THEN 'DEFAULT' END, 'FOR', opcintype::regtype, 'STORAGE ' || nullif(opckeytype, 0)::regtype, 'FAMILY', opfname,
        (SELECT string_agg(concat_ws(' ', amopstrategy, amopopr::regoperator), ', ' ORDER BY amopstrategy, amoplefttype, amoprighttype) FROM pg_amop WHERE amopfamily = f.oid),
        (SELECT string_agg(concat_ws(' ', amprocnum, amproc), ', ' ORDER BY amprocnum, amproclefttype, amprocrighttype) FROM pg_amproc WHERE amprocfamily = f.oid)),
    NULL, NULL, NULL, NULL
FROM pg_opclass o JOIN space s ON s.oid = opcnamespace JOIN pg_am m ON m.oid = opcmethod JOIN pg_opfamily f ON f.oid = opcfamily
WHERE o.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_opclass'::regclass)

UNION ALL SELECT 'text search dictionary', prefix || dictname,
    (SELECT concat_ws(' ', 'TEMPLATE', tmplname, dictinitoption) FROM pg_ts_template t WHERE t.oid = dicttemplate), NULL, NULL, NULL, NULL
FROM pg_ts_dict d JOIN space s ON s.oid = dictnamespace
WHERE d.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_ts_dict'::regclass)

UNION ALL SELECT 'text search configuration', prefix || cfgname,
    (SELECT string_agg(concat_ws(' ', maptokentype, mapseqno, mapdict::regdictionary), ', ' ORDER BY maptokentype, mapseqno) FROM pg_ts_config_map WHERE mapcfg = c.oid),
    NULL, NULL, NULL, NULL
FROM pg_ts_config c JOIN space s ON s.oid = cfgnamespace
WHERE c.oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_ts_config'::regclass)

UNION ALL SELECT 'foreign data wrapper', fdwname, concat_ws(' ', nullif(fdwhandler, 0)::regproc, nullif(fdwvalidator, 0)::regproc, fdwoptions), NULL, NULL, NULL, NULL
FROM pg_foreign_data_wrapper WHERE oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_foreign_data_wrapper'::regclass)

UNION ALL SELECT 'server', srvname, concat_ws(' ', fdwname, srvtype, srvversion, srvoptions), NULL, NULL, NULL, NULL
FROM pg_foreign_server JOIN pg_foreign_data_wrapper w ON w.oid = srvfdw

UNION ALL SELECT 'user mapping', concat(usename, ' on ', srvname), umoptions::text, NULL, NULL, NULL, NULL FROM pg_user_mappings

UNION ALL SELECT 'language', lanname, concat_ws(' ', CASE WHEN lanpltrusted THEN 'TRUSTED' END, nullif(lanplcallfoid, 0)::regproc), NULL, NULL, NULL, NULL
FROM pg_language WHERE oid >= 16384 AND oid NOT IN (SELECT objid FROM member WHERE classid = 'pg_language'::regclass)

-- Roles and their memberships belong to the server: others may be changing theirs.
UNION ALL SELECT 'role', rolname,
    concat_ws(' ', CASE WHEN rolsuper THEN 'SUPERUSER' END, CASE WHEN NOT rolinherit THEN 'NOINHERIT' END, CASE WHEN rolcreaterole THEN 'CREATEROLE' END,
        CASE WHEN rolcreatedb THEN 'CREATEDB' END, CASE WHEN rolcanlogin THEN 'LOGIN' END, CASE WHEN rolreplication THEN 'REPLICATION' END,
        CASE WHEN rolbypassrls THEN 'BYPASSRLS' END, 'CONNECTION LIMIT ' || nullif(rolconnlimit, -1), 'VALID UNTIL ' || rolvaliduntil,
        'SET ' || array_to_string(rolconfig, ', '),
        'IN ROLE ' || (SELECT string_agg(pg_get_userbyid(roleid)::text || CASE WHEN admin_option THEN ' WITH ADMIN' ELSE '' END, ', ' ORDER BY pg_get_userbyid(roleid))
            FROM pg_auth_members WHERE member = r.oid)), NULL, NULL, NULL, NULL
FROM pg_roles r WHERE rolname LIKE ANY (:roles)

UNION ALL SELECT 'setting', concat('of ', CASE setrole WHEN 0 THEN 'database' ELSE pg_get_userbyid(setrole)::text END), array_to_string(setconfig, ', '), NULL, NULL, NULL, NULL
FROM pg_db_role_setting JOIN root ON root.oid = setdatabase

UNION ALL SELECT 'owner', 'of ' || what, pg_get_userbyid(owner), NULL, NULL, NULL, NULL
FROM (
    SELECT name AS what, proowner AS owner FROM routine
    UNION ALL SELECT name, typowner FROM datatype
    UNION ALL SELECT 'schema ' || nspname, nspowner FROM space
) owned, root WHERE owner <> datdba

UNION ALL SELECT 'comment', 'on ' || regexp_replace(concat_ws(' ', CASE type WHEN 'table column' THEN 'column' ELSE type END, identity), '\m' || quote_ident(:home) || '\.', '', 'g'),
    description, NULL, NULL, NULL, NULL
FROM pg_description, pg_identify_object(classoid, objoid, objsubid)
WHERE objoid >= 16384 AND NOT EXISTS (SELECT FROM member m WHERE m.classid = classoid AND m.objid = objoid)
    AND (classoid <> 'pg_class'::regclass OR objoid IN (SELECT oid FROM relation) OR objoid IN (SELECT indexrelid FROM pg_index WHERE indrelid IN (SELECT oid FROM relation)))

UNION ALL SELECT 'comment', 'on database', description, NULL, NULL, NULL, NULL
FROM pg_shdescription JOIN root ON root.oid = objoid WHERE classoid = 'pg_database'::regclass

-- What differs from what the owner and everybody have unasked.
UNION ALL SELECT 'grant', concat('on ', what, ' to ', CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END),
    coalesce(string_agg(privilege, ', ' ORDER BY privilege) FILTER (WHERE held), 'nothing'), NULL, NULL, NULL, NULL
FROM (
    SELECT what, id, grantee, privilege_type || CASE WHEN is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS privilege, held
    FROM (
        SELECT what, id, acl, true AS held FROM (
            SELECT name AS what, oid AS id, 0 AS sub, proacl AS acl FROM routine
            UNION ALL SELECT 'type ' || name, oid, 0, typacl FROM datatype
            UNION ALL SELECT 'schema ' || nspname, oid, 0, nspacl FROM space
            UNION ALL SELECT 'database', oid, 0, datacl FROM root
            UNION ALL SELECT 'language ' || lanname, oid, 0, lanacl FROM pg_language
            UNION ALL SELECT 'foreign data wrapper ' || fdwname, oid, 0, fdwacl FROM pg_foreign_data_wrapper
            UNION ALL SELECT 'server ' || srvname, oid, 0, srvacl FROM pg_foreign_server
            UNION ALL SELECT concat('new ', CASE defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
                    WHEN 'n' THEN 'schemas' ELSE 'large objects' END, ' of ', pg_get_userbyid(defaclrole), ' in ' || nullif(defaclnamespace, 0)::regnamespace),
                oid, 0, defaclacl FROM pg_default_acl
        ) held WHERE acl IS NOT NULL
        UNION ALL SELECT what, id, acldefault(class, owner), false FROM (
            SELECT name AS what, oid AS id, 'f'::"char" AS class, proowner AS owner FROM routine WHERE proacl IS NOT NULL
            UNION ALL SELECT 'type ' || name, oid, 'T', typowner FROM datatype WHERE typacl IS NOT NULL
            UNION ALL SELECT 'schema ' || nspname, oid, 'n', nspowner FROM space WHERE nspacl IS NOT NULL
            UNION ALL SELECT 'database', oid, 'd', datdba FROM root WHERE datacl IS NOT NULL
            UNION ALL SELECT 'language ' || lanname, oid, 'l', lanowner FROM pg_language WHERE lanacl IS NOT NULL
            UNION ALL SELECT 'foreign data wrapper ' || fdwname, oid, 'F', fdwowner FROM pg_foreign_data_wrapper WHERE fdwacl IS NOT NULL
            UNION ALL SELECT 'server ' || srvname, oid, 'S', srvowner FROM pg_foreign_server WHERE srvacl IS NOT NULL
            UNION ALL SELECT concat('new ', CASE defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
                    WHEN 'n' THEN 'schemas' ELSE 'large objects' END, ' of ', pg_get_userbyid(defaclrole)),
                oid, CASE defaclobjtype WHEN 'S' THEN 's' ELSE defaclobjtype END, defaclrole FROM pg_default_acl WHERE defaclnamespace = 0 AND defaclobjtype <> 'L'
        ) usual
    ) lists, aclexplode(acl)
) privileges
GROUP BY what, id, grantee
HAVING array_agg(DISTINCT privilege) FILTER (WHERE held) IS DISTINCT FROM array_agg(DISTINCT privilege) FILTER (WHERE NOT held)

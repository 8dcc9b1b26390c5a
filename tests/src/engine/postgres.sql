-- What PostgreSQL's catalogs tell of a database, an object a row. The session has nothing on its search path, so that
-- every name comes with its schema.
SELECT 'schema ' || nspname AS object, '' AS text FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema';

SELECT 'extension ' || extname AS object, extnamespace::regnamespace::text AS text FROM pg_extension;

SELECT 'relation ' || c.oid::regclass AS object,
    concat_ws(' ', relkind, relpersistence, reloptions, 'security', relrowsecurity, relforcerowsecurity, 'identity', relreplident,
        pg_get_partkeydef(c.oid), pg_get_expr(relpartbound, c.oid), relispopulated,
        (SELECT string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) FROM pg_inherits WHERE inhrelid = c.oid),
        CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END) AS text
FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND deptype = 'e');

SELECT 'column ' || attrelid::regclass || '.' || quote_ident(attname) AS object,
    concat_ws(' ', format_type(atttypid, atttypmod), CASE WHEN attnotnull THEN 'not null' END,
        'default ' || pg_get_expr(adbin, adrelid), 'generated ' || nullif(attgenerated::text, ''), 'identity ' || nullif(attidentity::text, ''),
        CASE WHEN attcollation <> typcollation THEN 'collate ' || attcollation::regcollation END,
        CASE WHEN attstorage <> typstorage THEN 'storage ' || attstorage::text END, 'compression ' || nullif(attcompression::text, ''),
        CASE WHEN attstattarget >= 0 THEN 'statistics ' || attstattarget END,
        (SELECT string_agg(o, ' ') FROM unnest(attoptions) o WHERE o LIKE 'n_distinct%'), 'inherited ' || nullif(attinhcount, 0)) AS text
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_type t ON t.oid = atttypid
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'v', 'm', 'f', 'c') AND nspname !~ '^pg_' AND nspname <> 'information_schema';

SELECT 'order ' || attrelid::regclass AS object, string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS text
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'f') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
GROUP BY attrelid;

SELECT 'constraint ' || coalesce(nullif(conrelid, 0)::regclass::text, contypid::regtype::text) || '.' || quote_ident(conname) AS object,
    concat_ws(' ', pg_get_constraintdef(k.oid), CASE WHEN NOT convalidated THEN '(unproven)' END) AS text
FROM pg_constraint k JOIN pg_namespace n ON n.oid = connamespace
WHERE contype <> 'n' AND nspname !~ '^pg_' AND nspname <> 'information_schema';

SELECT 'index ' || indexrelid::regclass AS object,
    concat_ws(' ', pg_get_indexdef(indexrelid), CASE WHEN NOT indisvalid THEN 'invalid' END, CASE WHEN indisclustered THEN 'clustered' END,
        CASE WHEN indisreplident THEN 'identity' END, CASE WHEN indisprimary THEN 'primary' END,
        (SELECT 'of ' || inhparent::regclass FROM pg_inherits WHERE inhrelid = indexrelid)) AS text
FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema';

SELECT 'sequence ' || seqrelid::regclass AS object,
    concat_ws(' ', seqtypid::regtype, 'start', seqstart, 'by', seqincrement, 'from', seqmin, 'to', seqmax, 'cache', seqcache, seqcycle,
        (SELECT 'of ' || refobjid::regclass || '.' || attname FROM pg_depend d JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
         WHERE d.classid = 'pg_class'::regclass AND d.objid = seqrelid AND deptype IN ('a', 'i') AND refclassid = 'pg_class'::regclass)) AS text
FROM pg_sequence;

SELECT 'type ' || t.oid::regtype AS object,
    concat_ws(' ', typtype, (SELECT string_agg(quote_literal(enumlabel), ', ' ORDER BY enumsortorder) FROM pg_enum WHERE enumtypid = t.oid),
        CASE WHEN typtype = 'd' THEN format_type(typbasetype, typtypmod) END, CASE WHEN typnotnull THEN 'not null' END, 'default ' || typdefault,
        (SELECT format_type(rngsubtype, NULL) FROM pg_range WHERE rngtypid = t.oid)) AS text
FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
WHERE typtype IN ('e', 'd', 'r') AND nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = t.oid AND d.classid = 'pg_type'::regclass AND deptype = 'e');

SELECT 'routine ' || p.oid::regprocedure AS object,
    CASE WHEN prokind = 'a' THEN (SELECT concat_ws(' ', aggtransfn, aggtranstype::regtype, aggfinalfn, agginitval) FROM pg_aggregate WHERE aggfnoid = p.oid)
        ELSE pg_get_functiondef(p.oid) END AS text
FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND deptype = 'e');

SELECT 'trigger ' || tgrelid::regclass || '.' || quote_ident(tgname) AS object, concat_ws(' ', pg_get_triggerdef(oid), 'enabled', tgenabled) AS text
FROM pg_trigger WHERE NOT tgisinternal;

SELECT 'rule ' || ev_class::regclass || '.' || quote_ident(rulename) AS object, pg_get_ruledef(oid) AS text
FROM pg_rewrite WHERE rulename <> '_RETURN' AND ev_class >= 16384;

SELECT 'policy ' || polrelid::regclass || '.' || quote_ident(polname) AS object,
    concat_ws(' ', polcmd, polpermissive, ARRAY(SELECT CASE r WHEN 0 THEN 'public' ELSE r::regrole::text END FROM unnest(polroles) r ORDER BY 1),
        'using ' || pg_get_expr(polqual, polrelid), 'check ' || pg_get_expr(polwithcheck, polrelid)) AS text
FROM pg_policy;

SELECT 'statistics ' || stxname AS object, pg_get_statisticsobjdef(oid) AS text FROM pg_statistic_ext;

SELECT 'publication ' || pubname AS object,
    concat_ws(' ', puballtables, pubinsert, pubupdate, pubdelete, pubtruncate,
        (SELECT string_agg(prrelid::regclass::text, ', ' ORDER BY prrelid::regclass::text) FROM pg_publication_rel WHERE prpubid = p.oid)) AS text
FROM pg_publication p;

SELECT 'event trigger ' || evtname AS object, concat_ws(' ', evtevent, evtfoid::regproc, evtenabled, evttags) AS text FROM pg_event_trigger;

SELECT 'collation ' || c.oid::regcollation AS object, concat_ws(' ', collprovider, collisdeterministic, collcollate, collctype) AS text
FROM pg_collation c JOIN pg_namespace n ON n.oid = collnamespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema';

SELECT 'role ' || rolname AS object, concat_ws(' ', rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin, rolconnlimit) AS text
FROM pg_roles WHERE rolname LIKE 'unmigrate%';

SELECT 'comment ' || pg_describe_object(classoid, objoid, objsubid) AS object, description AS text
FROM pg_description WHERE objoid >= 16384
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = objoid AND d.classid = classoid AND deptype = 'e');

SELECT format('privilege %s on %s to %s', privilege_type, what, CASE grantee WHEN 0 THEN 'public' ELSE grantee::regrole::text END) AS object,
    is_grantable::text AS text
FROM (
    SELECT pg_describe_object('pg_class'::regclass, oid, 0) AS what,
        coalesce(relacl, acldefault(CASE relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, relowner)) AS acl
    FROM pg_class WHERE oid >= 16384 AND relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
    UNION ALL SELECT pg_describe_object('pg_class'::regclass, attrelid, attnum), attacl FROM pg_attribute
        WHERE attacl IS NOT NULL AND attrelid >= 16384 AND NOT attisdropped
    UNION ALL SELECT pg_describe_object('pg_proc'::regclass, oid, 0), coalesce(proacl, acldefault('f', proowner)) FROM pg_proc WHERE oid >= 16384
    UNION ALL SELECT pg_describe_object('pg_type'::regclass, oid, 0), coalesce(typacl, acldefault('T', typowner)) FROM pg_type
        WHERE oid >= 16384 AND typtype IN ('e', 'd')
    UNION ALL SELECT pg_describe_object('pg_namespace'::regclass, oid, 0), coalesce(nspacl, acldefault('n', nspowner)) FROM pg_namespace
        WHERE nspname !~ '^pg_' AND (oid >= 16384 OR nspname = 'public')
    UNION ALL SELECT pg_describe_object('pg_default_acl'::regclass, oid, 0), defaclacl FROM pg_default_acl
) named, aclexplode(acl);

//! Words with a meaning of their own, so that they are not taken for columns, aliases or calls.

use crate::Dialect;

/// Words that can't be a column or an alias without quotes in a query.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "all", "and", "any", "array", "as", "asc", "at", "between", "both", "by", "case", "cast", "check",
    "collate", "conflict", "constraint", "create", "cross", "current_date", "current_role", "current_time",
    "current_timestamp", "current_user", "default", "delete", "desc", "distinct", "do", "duplicate", "else",
    "end", "escape", "except", "exists", "false", "fetch", "filter", "for", "from", "full", "glob", "group",
    "having", "ilike", "ignore", "in", "inner", "insert", "intersect", "interval", "into", "is", "isnull",
    "join", "lateral", "leading", "left", "like", "limit", "localtime", "localtimestamp", "natural", "not",
    "nothing", "notnull", "null", "nulls", "offset", "on", "only", "or", "order", "outer", "over", "partition",
    "placing", "regexp", "returning", "right", "rlike", "select", "session_user", "set", "similar", "some",
    "straight_join", "symmetric", "table", "then", "to", "trailing", "true", "union", "unique", "update",
    "user", "using", "values", "when", "where", "window", "with", "within", "without", "xor", "zone",
];

/// Functions that only compute. A call of any other may do something.
#[rustfmt::skip]
const HARMLESS: &[&str] = &[
    "abs", "age", "any_value", "array_agg", "array_append", "array_cat", "array_length", "array_position",
    "array_remove", "array_to_json", "array_to_string", "avg", "bool_and", "bool_or", "btrim", "cardinality",
    "ceil", "ceiling", "char_length", "character_length", "chr", "clock_timestamp", "coalesce", "concat",
    "concat_ws", "convert", "count", "cume_dist", "curdate", "current_database", "current_date",
    "current_schema", "current_setting", "current_time", "current_timestamp", "current_user", "curtime", "database", "date",
    "date_add", "date_format", "date_part", "date_sub", "date_trunc", "datediff", "datetime", "decode",
    "dense_rank", "digest", "encode", "every", "extract", "field", "find_in_set", "first_value", "floor",
    "format", "from_unixtime", "gen_random_bytes", "gen_random_uuid", "gen_salt", "generate_series", "greatest",
    "group_concat", "hex", "if", "ifnull", "iif", "initcap", "insert", "instr", "isnull", "json", "json_agg",
    "json_array", "json_array_elements", "json_array_elements_text", "json_array_length", "json_arrayagg",
    "json_build_array", "json_build_object", "json_each", "json_each_text", "json_extract", "json_extract_path",
    "json_extract_path_text", "json_group_array", "json_group_object", "json_insert", "json_merge_patch",
    "json_object", "json_object_agg", "json_object_keys", "json_objectagg", "json_patch",
    "json_populate_record", "json_quote", "json_remove", "json_replace", "json_set", "json_to_record",
    "json_to_recordset", "json_type", "json_typeof", "json_unquote", "json_valid", "jsonb", "jsonb_agg",
    "jsonb_array_elements", "jsonb_array_elements_text", "jsonb_array_length", "jsonb_build_array",
    "jsonb_build_object", "jsonb_each", "jsonb_each_text", "jsonb_exists", "jsonb_extract_path",
    "jsonb_extract_path_text", "jsonb_insert", "jsonb_object", "jsonb_object_agg", "jsonb_object_keys",
    "jsonb_path_exists", "jsonb_path_query", "jsonb_path_query_array", "jsonb_path_query_first",
    "jsonb_populate_record", "jsonb_pretty", "jsonb_set", "jsonb_set_lax", "jsonb_strip_nulls",
    "jsonb_to_record", "jsonb_to_recordset", "jsonb_typeof", "julianday", "lag", "last_value", "lcase", "lead",
    "least", "left", "length", "ln", "localtime", "localtimestamp", "locate", "log", "lower", "lpad", "ltrim",
    "make_date", "make_interval", "make_timestamp", "make_timestamptz", "max", "md5", "mid", "min", "mod",
    "now", "nth_value", "ntile", "nullif", "num_nonnulls", "num_nulls", "octet_length", "ord", "overlay",
    "percent_rank", "percentile_cont", "percentile_disc", "pg_typeof", "position", "pow", "power", "printf",
    "quote", "quote_ident", "quote_literal", "quote_nullable", "rand", "random", "random_bytes", "randomblob",
    "rank", "regexp_count", "regexp_like", "regexp_match", "regexp_matches", "regexp_replace",
    "regexp_split_to_array", "regexp_split_to_table", "regexp_substr", "repeat", "replace", "reverse", "right",
    "round", "row", "row_number", "row_to_json", "rpad", "rtrim", "schema", "sha1", "sha2", "sha256", "sign",
    "split_part", "sqrt", "statement_timestamp", "str_to_date", "strftime", "string_agg", "string_to_array",
    "string_to_table", "strpos", "substr", "substring", "substring_index", "sum", "time", "timediff",
    "timestamp", "timestampadd", "timestampdiff", "timezone", "to_ascii", "to_base64", "to_char", "to_date",
    "to_hex", "to_json", "to_jsonb", "to_number", "to_regclass", "to_regproc", "to_regprocedure", "to_regtype",
    "to_timestamp", "to_tsquery", "to_tsvector", "total", "transaction_timestamp", "translate", "trim", "trunc",
    "truncate", "typeof", "ucase", "unhex", "unicode", "unix_timestamp", "unixepoch", "unnest", "upper", "user",
    "utc_timestamp", "uuid", "uuid_generate_v1", "uuid_generate_v4", "uuid_generate_v5", "uuid_generate_v7",
    "uuid_short", "uuidv4", "uuidv7", "values", "version", "width_bucket", "xmlagg", "zeroblob",
];

/// The same, of MySQL and MariaDB alone: a name without a database in front of it is never a function of somebody's own
/// there (MySQL 8.4 Reference Manual, 11.2.5). Locks of that kind belong to the session.
#[rustfmt::skip]
const HARMLESS_OF_MYSQL: &[&str] = &[
    "acos", "adddate", "addtime", "aes_decrypt", "aes_encrypt", "ascii", "asin", "atan", "atan2",
    "benchmark", "bin", "bin_to_uuid", "bit_count", "bit_length", "bit_xor", "can_access_column", "char",
    "charset", "coercibility", "collation", "compress", "connection_id", "conv", "convert_tz", "cos", "cot",
    "crc32", "crc32c", "day", "dayname", "dayofmonth", "dayofweek", "dayofyear", "degrees", "elt", "exp",
    "export_set", "extractvalue", "format_bytes", "format_pico_time", "found_rows", "from_base64",
    "from_days", "geomcollection", "geometrycollection", "get_format", "get_lock", "grouping", "hour",
    "inet6_aton", "inet6_ntoa", "inet_aton", "inet_ntoa", "is_free_lock", "is_ipv4", "is_ipv6",
    "is_used_lock", "is_uuid", "json_array_append", "json_array_insert", "json_compact", "json_contains",
    "json_contains_path", "json_depth", "json_detailed", "json_equals", "json_exists", "json_keys",
    "json_length", "json_loose", "json_merge", "json_merge_preserve", "json_normalize", "json_overlaps",
    "json_pretty", "json_query", "json_schema_valid", "json_search", "json_storage_size", "json_table",
    "json_value", "last_day", "last_insert_id", "linestring", "load_file", "log10", "log2", "make_set",
    "makedate", "maketime", "microsecond", "minute", "month", "monthname", "multilinestring", "multipoint",
    "multipolygon", "natural_sort_key", "nvl", "nvl2", "oct", "period_add", "period_diff", "pi", "point",
    "polygon", "quarter", "radians", "regexp_instr", "release_all_locks", "release_lock", "row_count",
    "sec_to_time", "second", "sformat", "sha", "sin", "sleep", "soundex", "space", "st_area", "st_asbinary",
    "st_asgeojson", "st_astext", "st_aswkb", "st_aswkt", "st_buffer", "st_centroid", "st_contains",
    "st_crosses", "st_distance", "st_distance_sphere", "st_envelope", "st_equals", "st_geomfromgeojson",
    "st_geomfromtext", "st_geomfromwkb", "st_intersects", "st_isvalid", "st_latitude", "st_length",
    "st_longitude", "st_makeenvelope", "st_pointfromtext", "st_srid", "st_transform", "st_within", "st_x",
    "st_y", "stddev_pop", "stddev_samp", "strcmp", "subdate", "subtime", "sys_guid", "sysdate",
    "system_user", "tan", "time_format", "time_to_sec", "to_days", "to_seconds", "uncompress",
    "uncompressed_length", "updatexml", "utc_date", "utc_time", "uuid_to_bin", "validate_password_strength",
    "var_samp", "week", "weekday", "weekofyear", "weight_string", "year", "yearweek",
];

/// Functions that make one row of many, when no OVER follows.
#[rustfmt::skip]
const AGGREGATES: &[&str] = &[
    "any_value", "array_agg", "avg", "bit_and", "bit_or", "bool_and", "bool_or", "count", "every",
    "group_concat", "json_agg", "json_arrayagg", "json_group_array", "json_group_object", "json_object_agg",
    "json_objectagg", "jsonb_agg", "jsonb_group_array", "jsonb_object_agg", "max", "min", "mode",
    "percentile_cont", "percentile_disc", "std", "stddev", "string_agg", "sum", "total", "var_pop", "variance",
    "xmlagg",
];

/// Functions that make many rows of one, or none.
#[rustfmt::skip]
const ROW_MAKERS: &[&str] = &[
    "generate_series", "generate_subscripts", "json_array_elements", "json_array_elements_text", "json_each",
    "json_each_text", "json_object_keys", "json_populate_recordset", "json_to_recordset",
    "jsonb_array_elements", "jsonb_array_elements_text", "jsonb_each", "jsonb_each_text", "jsonb_object_keys",
    "jsonb_path_query", "jsonb_populate_recordset", "jsonb_to_recordset", "regexp_matches",
    "regexp_split_to_table", "string_to_table", "unnest",
];

fn holds(list: &[&str], word: &str) -> bool {
    // Every list holds short ASCII words only, so a long word needs no search.
    word.len() <= 28 && list.iter().any(|w| w.eq_ignore_ascii_case(word))
}

pub(super) fn reserved(word: &str) -> bool {
    holds(RESERVED, word)
}

/// Does it only compute in this database?
pub(super) fn harmless_in(dialect: Dialect, function: &str) -> bool {
    harmless(function) || (dialect == Dialect::Mysql && holds(HARMLESS_OF_MYSQL, function))
}

pub(super) fn harmless(function: &str) -> bool {
    holds(HARMLESS, function)
}

pub(super) fn aggregate(function: &str) -> bool {
    holds(AGGREGATES, function)
}

pub(super) fn makes_rows(function: &str) -> bool {
    holds(ROW_MAKERS, function)
}

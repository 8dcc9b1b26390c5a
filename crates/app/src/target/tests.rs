use super::*;
use serde_json::{Value, json};
use std::fs;
use unmigrate_kernel::Dialect;
use unmigrate_sources::Context;

/// Answers every config file with the same JSON.
struct Config(Result<Value, String>);

impl ConfigLoader for Config {
    fn load(&self, _: &Path) -> Result<Value, String> {
        self.0.clone()
    }
}

/// A project with these files; its config says this, and these variables are set.
fn found(
    files: &[(&str, &str)],
    config: Result<Value, String>,
    variables: &[(&str, &str)],
) -> Result<(String, String, String), Problem> {
    let folder = tempfile::tempdir().unwrap();
    let cwd = dunce::canonicalize(folder.path()).unwrap();
    for (path, text) in files {
        let path = cwd.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let prisma = cwd.join("prisma/migrations");
    let dir = if prisma.is_dir() { prisma } else { cwd.join("drizzle") };
    let config = Config(config);
    let context = Context { cwd: &cwd, tool: None, dialect: Some(Dialect::Postgres), server: None, loader: &config };
    let source = unmigrate_sources::read(&dir, &context).unwrap();
    let variable = |name: &str| variables.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
    let around = Surroundings { cwd: &cwd, variable: &variable, loader: &config };
    let found = find(&source, None, &around)?;
    assert!(!format!("{found:?}").contains("hunter2"), "{found:?}");
    let text = match &found.address {
        Address::Url(url) => url.expose().to_owned(),
        Address::Credentials(credentials) => credentials.expose().to_owned(),
    };
    let base = found.base.strip_prefix(&cwd).unwrap_or(&found.base);
    Ok((text, found.from, base.to_string_lossy().trim_end_matches('/').to_owned()))
}

const MIGRATION: (&str, &str) = ("prisma/migrations/20260101000000_a/migration.sql", "SELECT 1;");
const SCHEMA: (&str, &str) = (
    "prisma/schema.prisma",
    "// x\ndatasource db {\n  provider = \"postgresql\"\n  url      = env(\"URL\") // here\n}\n",
);

fn none() -> Result<Value, String> {
    Err("no config".into())
}

fn is(url: &str, from: &str, base: &str) -> (String, String, String) {
    (url.into(), from.into(), base.into())
}

#[test]
fn prisma_5_and_6_by_the_schema() {
    let package = ("package.json", r#"{ "devDependencies": { "prisma": "^6.1.0" } }"#);
    let env = ("prisma/.env", "URL=\"postgres://u:hunter2@h/${NAME}\"\nNAME=d\n");
    let files = [MIGRATION, SCHEMA, package, env];
    let wanted = is("postgres://u:hunter2@h/d", "URL in prisma/.env (prisma/schema.prisma:4)", "prisma");
    assert_eq!(found(&files, none(), &[]).unwrap(), wanted);
    let set = found(&files, none(), &[("URL", "postgres://e")]).unwrap();
    assert_eq!(set, is("postgres://e", "URL in the environment (prisma/schema.prisma:4)", "prisma"));
    // The package's own file comes first.
    let root = (".env", "URL=postgres://root");
    let both = found(&[MIGRATION, SCHEMA, package, env, root], none(), &[]).unwrap();
    assert_eq!(both, is("postgres://root", "URL in .env (prisma/schema.prisma:4)", "prisma"));
}

#[test]
fn prisma_migrates_through_the_direct_url() {
    let schema = "datasource db {\n  provider = \"postgresql\"\n  url = env(\"POOLED\")\n  directUrl = \"postgres://direct\"\n}\n";
    let direct = found(&[MIGRATION, ("prisma/schema.prisma", schema)], none(), &[("POOLED", "postgres://pooled")]);
    assert_eq!(direct.unwrap(), is("postgres://direct", "prisma/schema.prisma:4", "prisma"));
}

#[test]
fn prisma_6_with_a_config_reads_no_env_file() {
    let config = ("prisma.config.ts", "");
    let files = [MIGRATION, SCHEMA, (".env", "URL=postgres://x"), config];
    let problem = found(&files, Ok(json!({})), &[]).unwrap_err();
    assert_eq!(problem.code, "unset-variable");
    assert_eq!(
        problem.message,
        "prisma/schema.prisma:4 takes the database's URL from `URL`, which is not set in the environment"
    );
}

#[test]
fn prisma_7_by_its_config_alone() {
    let installed = ("node_modules/prisma/package.json", r#"{ "version": "7.10.1" }"#);
    let files = [MIGRATION, SCHEMA, installed, ("prisma.config.ts", ""), (".env", "DATABASE_URL=postgres://x")];
    let config = json!({ "datasource": { "url": "file:./hunter2.db", "directUrl": "postgres://no" } });
    let wanted = is("file:./hunter2.db", "datasource.url in prisma.config.ts", "");
    assert_eq!(found(&files, Ok(config), &[]).unwrap(), wanted);
    let problem = found(&files, Ok(json!({ "datasource": {} })), &[("URL", "postgres://x")]).unwrap_err();
    assert_eq!((problem.code, problem.message.contains("prisma.config.ts")), ("no-url", true));
    let last = found(&files, Ok(json!({})), &[("DATABASE_URL", "postgres://e")]).unwrap();
    assert_eq!(last, is("postgres://e", "DATABASE_URL in the environment", ""));
}

const JOURNAL: (&str, &str) = ("drizzle/meta/_journal.json", r#"{ "dialect": "postgresql", "entries": [] }"#);

#[test]
fn drizzle_by_its_config() {
    let files = [JOURNAL, ("drizzle.config.ts", ""), ("package.json", "{}")];
    let url = found(&files, Ok(json!({ "dbCredentials": { "url": "postgres://u:hunter2@h/d" } })), &[]);
    assert_eq!(url.unwrap(), is("postgres://u:hunter2@h/d", "dbCredentials.url in drizzle.config.ts", ""));
    let parts = json!({ "host": "h", "user": "u", "password": "hunter2", "database": "d", "ssl": "require" });
    let (text, from, _) = found(&files, Ok(json!({ "dbCredentials": parts })), &[]).unwrap();
    assert_eq!(
        (serde_json::from_str::<Value>(&text).unwrap(), from.as_str()),
        (parts, "dbCredentials in drizzle.config.ts")
    );
    let top = found(&files, Ok(json!({ "url": "postgres://top" })), &[]).unwrap();
    assert_eq!(top, is("postgres://top", "url in drizzle.config.ts", ""));
    let ssl = found(&files, Ok(json!({ "dbCredentials": { "url": "postgres://x", "ssl": true } })), &[]).unwrap();
    assert!(ssl.0.contains("\"ssl\":true"), "{ssl:?}");
}

#[test]
fn drizzle_without_a_way_in() {
    let files = [JOURNAL, ("drizzle.config.ts", ""), ("package.json", "{}")];
    let code = |config| found(&files, config, &[]).unwrap_err().code;
    assert_eq!(code(Ok(json!({ "dbCredentials": {} }))), "no-url");
    assert_eq!(code(Ok(json!({ "driver": "d1-http", "dbCredentials": { "accountId": "a" } }))), "unsupported-driver");
    let broken = found(&files, Err("bad url postgres://u:hunter2@h in line 3\nstack".into()), &[]).unwrap_err();
    assert_eq!(broken.code, "config-unreadable");
    assert!(broken.message.ends_with("can't be evaluated: bad url *** in line 3"), "{}", broken.message);
    let files = [JOURNAL, (".env", "DATABASE_URL=postgres://e"), ("package.json", "{}")];
    assert_eq!(found(&files, none(), &[]).unwrap(), is("postgres://e", "DATABASE_URL in .env", ""));
}

#[test]
fn versions_of_ranges_and_of_what_is_installed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("package.json"),
        r#"{ "dependencies": { "drizzle-orm": "~1.0.0-beta.14", "prisma": "workspace:*" } }"#,
    )
    .unwrap();
    let versions = Versions::of(folder.path());
    assert_eq!(versions.orm.as_deref(), Some("~1.0.0-beta.14"));
    assert_eq!(versions.prisma_major(), None);
    let major = |text: &str| Versions { prisma: Some(text.into()), orm: None }.prisma_major();
    assert_eq!((major("^6.19.3"), major("7.x"), major("latest")), (Some(6), Some(7), None));
}

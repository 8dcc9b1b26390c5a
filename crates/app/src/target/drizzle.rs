//! Where Drizzle takes its credentials from.

use super::{Address, Found, Secret, Surroundings, dotenv, from_environment, no_url, url_of};
use crate::Problem;
use serde_json::{Map, Value};
use std::fs;
use std::path::Path;
use unmigrate_sources::Tool;

/// The database of a project.
pub fn find(project: &Path, around: &Surroundings) -> Result<Found, Problem> {
    let Some(file) = unmigrate_sources::config_file(Tool::Drizzle, project) else {
        return from_environment(around).or_else(|| from_env_file(around)).ok_or_else(|| {
            no_url(format!("there is no drizzle.config in `{}` that names the database", around.shown(project)))
        });
    };
    let shown = around.shown(&file);
    let loaded = if file.extension().is_some_and(|x| x == "json") {
        fs::read_to_string(&file)
            .map_err(|e| e.to_string())
            .and_then(|t| serde_json::from_str(&t).map_err(|e| e.to_string()))
    } else {
        around.loader.load(&file)
    };
    let config: Value = match loaded {
        Ok(config) => config,
        Err(why) => {
            return from_environment(around).ok_or_else(|| {
                let message =
                    format!("`{shown}`, which names the database, can't be evaluated: {}", without_secrets(&why));
                Problem::error("config-unreadable", message, "name the database: --url <url>").at(shown.clone())
            });
        }
    };
    let (credentials, key) = credentials(&config);
    if let Some(service) = service(&config, &credentials) {
        return Err(Problem::error(
            "unsupported-driver",
            format!("`{shown}` reaches its database through {service}, which has no URL that unmigrate can connect to"),
            "give a driver object to unmigrate's JavaScript functions, or name another way to the database: --url <url>",
        )
        .at(shown));
    }
    let from = |what: &str| format!("{key}{what} in {shown}");
    // drizzle-kit takes relative files from where it is run.
    let base = around.cwd.to_path_buf();
    let url = credentials.get("url").or_else(|| credentials.get("connectionString")).or_else(|| credentials.get("uri"));
    match url.and_then(Value::as_str).filter(|url| !url.trim().is_empty()) {
        Some(url) if !credentials.contains_key("ssl") => {
            Ok(Found { address: url_of(url), base, from: from(if key.is_empty() { "url" } else { ".url" }) })
        }
        None if !credentials.contains_key("host") && !credentials.contains_key("database") => from_environment(around)
            .ok_or_else(|| {
                no_url(format!("`{shown}` has no dbCredentials.url; is the variable set that it takes it from?"))
            }),
        _ => {
            let address = Address::Credentials(Secret::new(Value::Object(credentials.clone()).to_string()));
            Ok(Found { address, base, from: if key.is_empty() { shown } else { from("") } })
        }
    }
}

/// `dbCredentials`, or the same keys at the top, which drizzle-kit takes as well.
fn credentials(config: &Value) -> (Map<String, Value>, &'static str) {
    if let Some(credentials) = config.get("dbCredentials").and_then(Value::as_object) {
        return (credentials.clone(), "dbCredentials");
    }
    let keys = [
        "url",
        "connectionString",
        "uri",
        "host",
        "port",
        "user",
        "password",
        "database",
        "ssl",
        "accountId",
        "databaseId",
    ];
    let top = keys.iter().filter_map(|key| Some(((*key).to_owned(), config.get(key)?.clone())));
    (top.collect(), "")
}

/// What is reached through something else than a connection.
fn service(config: &Value, credentials: &Map<String, Value>) -> Option<&'static str> {
    match config.get("driver").and_then(Value::as_str) {
        Some("d1-http") => Some("Cloudflare's HTTP API (d1-http)"),
        Some("aws-data-api") => Some("AWS's Data API"),
        Some("expo") => Some("Expo, on the user's device"),
        Some("durable-sqlite") => Some("a Durable Object"),
        Some("pglite") => Some("PGlite"),
        _ if credentials.contains_key("accountId") => Some("Cloudflare's HTTP API (d1-http)"),
        _ if credentials.contains_key("resourceArn") => Some("AWS's Data API"),
        _ => None,
    }
}

/// `DATABASE_URL` of the `.env` that drizzle-kit reads.
fn from_env_file(around: &Surroundings) -> Option<Found> {
    let file = around.cwd.join(".env");
    let url = dotenv::parse(&fs::read_to_string(&file).ok()?).remove("DATABASE_URL").filter(|url| !url.is_empty())?;
    Some(Found { address: url_of(&url), base: around.cwd.to_path_buf(), from: "DATABASE_URL in .env".into() })
}

/// The first line of what an evaluation said, without any word that could be a URL or hold a password.
pub fn without_secrets(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    let words =
        line.split_whitespace().map(|word| if word.contains("://") || word.contains('@') { "***" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

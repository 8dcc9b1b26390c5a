//! `schema: './src/schema.ts'` in drizzle.config.ts: one path, as it is written.

use super::tokens::Tokens;
use std::ops::Range;

/// The path, and the bytes between its quotes.
///
/// # Errors
/// Why there is no such path, in a sentence without a full stop.
pub fn schema(text: &str) -> Result<(String, Range<usize>), String> {
    let tokens = Tokens::of(text)?;
    let named = |at: usize| tokens.word(at) == "schema" || tokens.quoted(at) == Some("schema");
    let keys: Vec<usize> = (0..tokens.all.len())
        .filter(|at| named(*at) && tokens.word(at + 1) == ":" && is_outermost(&tokens, *at))
        .collect();
    let [key] = keys[..] else {
        return Err("its config does not say `schema` once, with a path".into());
    };
    let value = match tokens.word(key + 2) {
        "[" if tokens.parts(key + 2).len() == 1 && tokens.partner(key + 2) == key + 4 => key + 3,
        "[" => return Err("its config names several files as the schema".into()),
        _ => key + 2,
    };
    let path = tokens.quoted(value).filter(|_| [",", "}", "]"].contains(&tokens.word(value + 1)));
    let path = path.ok_or("the path of the schema is made by the config, and does not stand in it")?;
    let bytes = tokens.bytes(value, value);
    Ok((path.to_owned(), bytes.start + 1..bytes.end - 1))
}

/// A key of the config itself, and not of an object in it (`migrations: { schema: 'drizzle' }`).
fn is_outermost(tokens: &Tokens, key: usize) -> bool {
    let mut at = key;
    while let Some(before) = at.checked_sub(1) {
        match tokens.word(before) {
            "{" => return before == 0 || tokens.word(before - 1) != ":",
            ")" | "]" | "}" => at = tokens.partner(before),
            "(" | "[" => return false,
            _ => at = before,
        }
    }
    false
}

/// The config with another path.
///
/// # Errors
/// As [`schema`].
pub fn with_schema(text: &str, path: &str) -> Result<String, String> {
    let (_, bytes) = schema(text)?;
    Ok(format!("{}{path}{}", &text[..bytes.start], &text[bytes.end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_path_as_it_is_written() {
        let all = [
            "export default defineConfig({ out: './drizzle', migrations: { schema: 'm' }, schema: './a.ts' })",
            "const config: Config = {\n  schema: [\"./a.ts\"],\n}\nexport default config",
            "{ \"dialect\": \"postgresql\", \"schema\": \"./a.ts\" }",
        ];
        for text in all {
            assert_eq!(schema(text).unwrap().0, "./a.ts", "{text}");
            assert_eq!(with_schema(text, "./b.ts").unwrap(), text.replace("./a.ts", "./b.ts"));
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let all = [
            "export default { migrations: { schema: './a.ts' } }",
            "export default { schema: ['./a.ts', './b.ts'] }",
            "export default { schema: join(root, 'a.ts') }",
            "export default { schema: './a' + '.ts' }",
            "export default { schema: `./a.ts` }",
            "const a = { schema: './a.ts' }\nexport default { ...a, schema: './b.ts' }",
            "export default { schema }",
        ];
        for text in all {
            assert!(schema(text).is_err(), "{text}");
        }
    }
}

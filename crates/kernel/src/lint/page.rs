//! The page of a rule: the header of its own file.

/// A rule's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// In Markdown, from its title on.
    pub text: String,
}

/// A piece of SQL in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The rule finds something in the last of its migrations.
    pub bad: bool,
    /// Its first line, where that is `-- for: mysql, one transaction around all`.
    pub words: Vec<String>,
    /// The migrations, oldest first.
    pub migrations: Vec<String>,
}

impl Page {
    /// Reads the lines that begin with `//!`.
    pub fn of(source: &str) -> Page {
        let lines = source.lines().take_while(|l| l.starts_with("//!"));
        let text: Vec<&str> = lines.map(|l| l[3..].strip_prefix(' ').unwrap_or(&l[3..])).collect();
        Page { text: text.join("\n") + "\n" }
    }

    /// Its title: the rule's name.
    pub fn title(&self) -> &str {
        self.text.lines().next().and_then(|l| l.strip_prefix("# ")).unwrap_or("")
    }

    /// Its first sentence: what the rule is about.
    pub fn summary(&self) -> String {
        let lines = self.text.lines().skip_while(|l| l.starts_with('#') || l.is_empty());
        lines.take_while(|l| !l.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// Its examples.
    pub fn examples(&self) -> Vec<Example> {
        let mut found = Vec::new();
        let mut lines = self.text.lines();
        while let Some(line) = lines.next() {
            let Some(kind) = line.strip_prefix("```sql ") else { continue };
            let mut example = Example { bad: kind == "bad", words: vec![], migrations: vec![String::new()] };
            for line in lines.by_ref().take_while(|l| *l != "```") {
                if let Some(words) = line.strip_prefix("-- for: ") {
                    example.words = words.split(", ").map(str::to_owned).collect();
                } else if line == "-- next migration" {
                    example.migrations.push(String::new());
                } else if let Some(last) = example.migrations.last_mut() {
                    last.push_str(line);
                    last.push('\n');
                }
            }
            found.push(example);
        }
        found
    }
}

//! A text that a simple regular expression matches, or a LIKE pattern.

/// How many characters a repetition without an end gets at most.
const REPEATED: usize = 6;

/// A text for a regular expression; `turn` gives another one where there is a choice. None where it is not a simple one.
pub fn sample(pattern: &str, turn: usize) -> Option<String> {
    let mut reader = Reader { chars: pattern.chars().collect(), at: 0, turn, depth: 0 };
    let out = reader.alternatives()?;
    (reader.at == reader.chars.len()).then_some(out)
}

/// A text for a LIKE pattern.
pub fn like(pattern: &str, turn: usize) -> String {
    let mut out = String::new();
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend(chars.next()),
            '%' => out.push_str(&format!("k{turn}")),
            '_' => out.push('x'),
            c => out.push(c),
        }
    }
    out
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    turn: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, c: char) -> bool {
        let is = self.peek() == Some(c);
        self.at += usize::from(is);
        is
    }

    /// `a|b|c`: one of them.
    fn alternatives(&mut self) -> Option<String> {
        self.depth += 1;
        if self.depth > 20 {
            return None;
        }
        let mut all = vec![self.sequence()?];
        while self.eat('|') {
            all.push(self.sequence()?);
        }
        self.depth -= 1;
        let at = self.turn % all.len();
        Some(all.swap_remove(at))
    }

    fn sequence(&mut self) -> Option<String> {
        let mut out = String::new();
        while let Some(c) = self.peek() {
            if c == '|' || c == ')' {
                break;
            }
            self.at += 1;
            let unit: Unit = match c {
                '^' | '$' => continue,
                '(' => {
                    // (?:..) is a group, any other (?..) says what is not known here.
                    if self.eat('?') && !self.eat(':') {
                        return None;
                    }
                    let inner = self.alternatives()?;
                    self.eat(')').then_some(Unit::Text(inner))?
                }
                '[' => Unit::Class(self.class()?),
                '.' => Unit::Class("abcdefghijklmnopqrstuvwxyz".chars().collect()),
                '\\' => self.escape()?,
                c => Unit::Text(c.to_string()),
            };
            let (least, most) = self.repetition()?;
            self.push(&mut out, &unit, least, most);
        }
        Some(out)
    }

    fn push(&self, out: &mut String, unit: &Unit, least: usize, most: usize) {
        let times = least.max(1).max(least.saturating_add(self.turn % 3)).min(most);
        // The last characters count up with the turn, so that two turns differ.
        let mut left = self.turn;
        let mut own: Vec<String> = Vec::new();
        for _ in 0..times.min(1_000) {
            match unit {
                Unit::Text(text) => own.push(text.clone()),
                Unit::Class(chars) => {
                    let size = chars.len().max(1);
                    own.push(chars.get(left % size).map(char::to_string).unwrap_or_default());
                    left /= size;
                }
            }
        }
        own.iter().rev().for_each(|text| out.push_str(text));
    }

    /// `+`, `*`, `?`, `{2,5}`.
    fn repetition(&mut self) -> Option<(usize, usize)> {
        let found = match self.peek() {
            Some('+') => (1, REPEATED),
            Some('*') => (0, REPEATED),
            Some('?') => (0, 1),
            Some('{') => {
                let end = self.chars[self.at..].iter().position(|c| *c == '}')? + self.at;
                let text: String = self.chars[self.at + 1..end].iter().collect();
                self.at = end;
                match text.split_once(',') {
                    None => {
                        let exactly = text.trim().parse().ok()?;
                        (exactly, exactly)
                    }
                    Some((least, most)) => {
                        let least: usize = least.trim().parse().unwrap_or(0);
                        (least, most.trim().parse().unwrap_or(least.saturating_add(REPEATED)))
                    }
                }
            }
            _ => return Some((1, 1)),
        };
        self.at += 1;
        // Lazy ones match the same.
        self.eat('?');
        Some(found)
    }

    fn escape(&mut self) -> Option<Unit> {
        let c = self.peek()?;
        self.at += 1;
        Some(match c {
            'd' => Unit::Class(('0'..='9').collect()),
            'w' => Unit::Class(('a'..='z').collect()),
            's' => Unit::Text(" ".into()),
            'S' => Unit::Class(('a'..='z').collect()),
            'm' | 'M' | 'y' | 'b' | 'A' | 'Z' => Unit::Text(String::new()),
            c if c.is_ascii_alphanumeric() => return None,
            c => Unit::Text(c.to_string()),
        })
    }

    fn class(&mut self) -> Option<Vec<char>> {
        let negated = self.eat('^');
        let mut out: Vec<char> = Vec::new();
        let mut first = true;
        while let Some(c) = self.peek() {
            self.at += 1;
            match c {
                ']' if !first => {
                    if negated {
                        out = ('a'..='z').chain('0'..='9').filter(|c| !out.contains(c)).collect();
                    }
                    return Some(out);
                }
                '[' if self.peek() == Some(':') => {
                    let rest: String = self.chars[self.at + 1..].iter().take_while(|c| **c != ':').collect();
                    self.at += rest.chars().count() + 3;
                    out.extend(named(&rest)?);
                }
                '\\' => match self.escape()? {
                    Unit::Class(chars) => out.extend(chars),
                    Unit::Text(text) => out.extend(text.chars()),
                },
                from if self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']') => {
                    let to = self.chars[self.at + 1];
                    self.at += 2;
                    out.extend((from..=to).take(200));
                }
                c => out.push(c),
            }
            first = false;
        }
        None
    }
}

/// What is repeated.
enum Unit {
    Text(String),
    Class(Vec<char>),
}

fn named(class: &str) -> Option<Vec<char>> {
    Some(match class {
        "alpha" | "lower" => ('a'..='z').collect(),
        "upper" => ('A'..='Z').collect(),
        "digit" => ('0'..='9').collect(),
        "alnum" => ('a'..='z').chain('0'..='9').collect(),
        "space" => vec![' '],
        "xdigit" => ('0'..='9').chain('a'..='f').collect(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples() {
        let all = |pattern: &str| (0..3).map(|turn| sample(pattern, turn).unwrap_or("none".into())).collect::<Vec<_>>();
        assert_eq!(all("^[a-z]+$"), ["a", "ab", "aac"]);
        assert_eq!(all("^#[0-9a-fA-F]{6}$"), ["#000000", "#000001", "#000002"]);
        assert_eq!(all(r"^\d{3}-(x|y)?$"), ["000-x", "001-y", "002-x"]);
        assert_eq!(all(r"^[A-Za-z0-9._%-]+@[a-z]+\.[a-z]{2,4}$")[0], "A@a.aa");
        assert_eq!(all("^[^@]+@[^@]+$")[0], "a@a");
        assert_eq!(all("(?=x)y"), ["none", "none", "none"]);
        assert_eq!(all("^([[:alpha:]]+"), ["none", "none", "none"]);
        for broken in [
            "[",
            "[[:",
            "[[:alpha",
            "{",
            "a{",
            "a{9999999999999999999,",
            "a{18446744073709551615,}",
            "\\",
            "(",
            "*",
            "[z-a]",
        ] {
            sample(broken, 7);
        }
        assert_eq!(like("x\\%_%", 7), "x%xk7");
    }
}

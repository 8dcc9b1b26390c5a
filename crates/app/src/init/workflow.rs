//! The GitHub workflow: `check` over what a pull request changes, on the lines, on the job's page, and in one comment that
//! is written anew each time. It uses no action but GitHub's own (and Bun's, in a project of Bun's).

use super::{Change, Planned, Site};
use std::path::PathBuf;

/// Where it lies.
const PATH: &str = ".github/workflows/unmigrate.yml";

/// The workflow, where there is none.
pub fn plan(site: &Site, dirs: &[PathBuf]) -> Planned {
    let root = site.root.as_deref().unwrap_or(&site.package);
    let path = root.join(PATH);
    if path.exists() {
        return Planned::new(path, Change::Unchanged, vec!["is there, and stays as it is".to_owned()]);
    }
    let folders: Vec<String> = dirs.iter().filter_map(|dir| site.below_root(dir)).collect();
    let what = match folders.as_slice() {
        [] => "checks every pull request".to_owned(),
        some => format!("checks pull requests that change {}", some.join(", ")),
    };
    Planned::new(path, Change::Created, vec![what]).with(text(site, &folders))
}

fn text(site: &Site, folders: &[String]) -> String {
    let quoted = |path: &str| format!("      - '{}'\n", path.replace('\'', "''"));
    let mut paths: String = folders.iter().map(|dir| quoted(&format!("{dir}/**"))).collect();
    if !paths.is_empty() {
        paths = format!("    paths:\n{paths}{}", quoted(PATH));
    }
    let below = site
        .below()
        .map(|dir| format!("    defaults:\n      run:\n        working-directory: '{}'\n", dir.replace('\'', "''")));
    let command = |args: &str| site.manager.run(&format!("unmigrate check {args}"));
    TEXT.replace("{paths}", &paths)
        .replace("{defaults}", &below.unwrap_or_default())
        .replace("{install}", site.manager.steps())
        .replace("{check}", &command("--format github --summary"))
        .replace("{page}", &command("--format markdown"))
}

const TEXT: &str = r#"# Tells what the migrations of a pull request will hurt. Written by `unmigrate init`; it is yours now.
name: migrations

on:
  pull_request:
{paths}
permissions:
  contents: read
  pull-requests: write

concurrency:
  group: migrations-${{ github.ref }}
  cancel-in-progress: true

jobs:
  check:
    runs-on: ubuntu-latest
    timeout-minutes: 10
{defaults}    steps:
      - uses: actions/checkout@v5
        with:
          # The commit where the branch began has to be there.
          fetch-depth: 0
          persist-credentials: false
{install}      - name: check
        run: {check}
      # A fork's token may not write comments.
      - name: comment
        if: ${{ !cancelled() && github.event.pull_request.head.repo.full_name == github.repository }}
        env:
          GH_TOKEN: ${{ github.token }}
          REPOSITORY: ${{ github.repository }}
          PULL_REQUEST: ${{ github.event.pull_request.number }}
        run: |
          page="$RUNNER_TEMP/unmigrate.md"
          {page} > "$page" || test $? -eq 1
          mine=$(gh api --paginate "repos/$REPOSITORY/issues/$PULL_REQUEST/comments" \
            --jq '.[] | select(.user.type == "Bot" and (.body | startswith("<!-- unmigrate check -->"))) | .id' | head -n 1)
          if [ -n "$mine" ]; then
            gh api --method PATCH "repos/$REPOSITORY/issues/comments/$mine" --field body=@"$page" > /dev/null
          else
            gh api --method POST "repos/$REPOSITORY/issues/$PULL_REQUEST/comments" --field body=@"$page" > /dev/null
          fi
"#;

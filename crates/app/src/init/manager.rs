//! What installs a project's packages: npm, pnpm, Yarn or Bun, by the lock file that lies in the package or above it.

use std::path::Path;

/// A package manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manager {
    /// Also where nothing says otherwise.
    Npm,
    /// pnpm.
    Pnpm,
    /// Yarn 1.
    YarnClassic,
    /// Yarn 2 and later.
    Yarn,
    /// Bun.
    Bun,
}

impl Manager {
    /// Of a package, up to the repository's root.
    pub fn of(package: &Path, root: Option<&Path>) -> Manager {
        let stop = root.unwrap_or(package);
        for dir in package.ancestors().take_while(|dir| dir.starts_with(stop)) {
            let has = |name: &str| dir.join(name).is_file();
            if has("package-lock.json") {
                return Manager::Npm;
            } else if has("pnpm-lock.yaml") {
                return Manager::Pnpm;
            } else if has("bun.lock") || has("bun.lockb") {
                return Manager::Bun;
            } else if has("yarn.lock") {
                return if has(".yarnrc.yml") { Manager::Yarn } else { Manager::YarnClassic };
            }
        }
        Manager::Npm
    }

    /// What runs a package's command without fetching anything.
    pub fn run(self, command: &str) -> String {
        match self {
            Manager::Npm => format!("npx --no-install {command}"),
            Manager::Pnpm => format!("pnpm exec {command}"),
            Manager::YarnClassic | Manager::Yarn => format!("yarn run {command}"),
            Manager::Bun => format!("bun x --no-install {command}"),
        }
    }

    /// What adds a package for development.
    pub fn install(self, package: &str) -> String {
        match self {
            Manager::Npm => format!("npm install --save-dev {package}"),
            Manager::Pnpm => format!("pnpm add --save-dev {package}"),
            Manager::YarnClassic | Manager::Yarn => format!("yarn add --dev {package}"),
            Manager::Bun => format!("bun add --dev {package}"),
        }
    }

    /// The steps of a workflow that bring Node and the packages, as the lock file says.
    pub fn steps(self) -> &'static str {
        match self {
            Manager::Npm => {
                "      - uses: actions/setup-node@v5\n        with:\n          node-version: 22\n      - run: npm ci\n"
            }
            Manager::Pnpm => {
                "      - uses: actions/setup-node@v5\n        with:\n          node-version: 22\n      - run: corepack enable\n      - run: pnpm install --frozen-lockfile\n"
            }
            Manager::YarnClassic => {
                "      - uses: actions/setup-node@v5\n        with:\n          node-version: 22\n      - run: corepack enable\n      - run: yarn install --frozen-lockfile\n"
            }
            Manager::Yarn => {
                "      - uses: actions/setup-node@v5\n        with:\n          node-version: 22\n      - run: corepack enable\n      - run: yarn install --immutable\n"
            }
            Manager::Bun => {
                "      - uses: actions/setup-node@v5\n        with:\n          node-version: 22\n      - uses: oven-sh/setup-bun@v2\n      - run: bun install --frozen-lockfile\n"
            }
        }
    }
}

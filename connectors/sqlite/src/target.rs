//! Where rows go: a table, its columns, and what replaces what.

use millstream::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// A table, the columns that are written, and those by which a row replaces another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) table: String,
    pub(crate) columns: Vec<String>,
    /// None if rows are added.
    pub(crate) keys: Vec<String>,
}

impl Target {
    /// The statement that writes a row.
    pub(crate) fn sql(&self) -> String {
        let places: Vec<_> = (1..=self.columns.len()).map(|number| format!("?{number}")).collect();
        let (table, columns) = (quoted(&self.table), list(&self.columns));
        let insert = format!("INSERT INTO {table} ({columns}) VALUES ({})", places.join(", "));
        if self.keys.is_empty() {
            return insert;
        }
        let others = self.columns.iter().filter(|column| !self.keys.contains(column));
        let set: Vec<_> = others.map(|name| format!("{0} = excluded.{0}", quoted(name))).collect();
        let keys = list(&self.keys);
        if set.is_empty() {
            format!("{insert} ON CONFLICT ({keys}) DO NOTHING")
        } else {
            format!("{insert} ON CONFLICT ({keys}) DO UPDATE SET {}", set.join(", "))
        }
    }

    /// Checks the names of columns and keys.
    ///
    /// # Errors
    /// If a column is written twice, or a key is not one of them.
    pub(crate) fn check(&self) -> Result<()> {
        let twice =
            |(at, name): (usize, &String)| self.columns.iter().take(at).any(|it| it == name);
        if let Some((_, name)) = self.columns.iter().enumerate().find(|column| twice(*column)) {
            let message = format!("column `{name}` of table `{}` is written twice", self.table);
            return Err(Error::new(ErrorKind::Config, message).help("name each column once"));
        }
        if let Some(key) = self.keys.iter().find(|key| !self.columns.contains(key)) {
            let written = named(&self.columns);
            let message = format!(
                "rows of table `{}` are replaced by `{key}`, which is not written",
                self.table
            );
            return Err(Error::new(
                ErrorKind::Config,
                format!("{message}: the columns are {written}"),
            )
            .help("add it to `.columns(…)`"));
        }
        Ok(())
    }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

/// Names for a message.
pub(crate) fn named(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(keys: &[&str]) -> Target {
        let owned = |names: &[&str]| names.iter().map(ToString::to_string).collect();
        Target { table: "a \"b\"".into(), columns: owned(&["x", "y", "z"]), keys: owned(keys) }
    }

    #[test]
    fn a_row_is_added_or_replaces_the_one_with_its_key() {
        let insert = "INSERT INTO \"a \"\"b\"\"\" (\"x\", \"y\", \"z\") VALUES (?1, ?2, ?3)";
        assert_eq!(target(&[]).sql(), insert);
        let replaces = " ON CONFLICT (\"x\", \"z\") DO UPDATE SET \"y\" = excluded.\"y\"";
        assert_eq!(target(&["x", "z"]).sql(), format!("{insert}{replaces}"));
        let nothing = " ON CONFLICT (\"x\", \"y\", \"z\") DO NOTHING";
        assert_eq!(target(&["x", "y", "z"]).sql(), format!("{insert}{nothing}"));
    }

    #[test]
    fn a_key_that_is_not_written_is_refused_in_words() {
        target(&["x"]).check().unwrap();
        assert_eq!(
            target(&["k"]).check().unwrap_err().to_string(),
            "rows of table `a \"b\"` are replaced by `k`, which is not written: the columns are \
             `x`, `y`, `z`; add it to `.columns(…)`"
        );
    }
}

//! What the two dialects say differently, as named fragments inside otherwise common SQL.
//!
//! | fragment | meaning |
//! |---|---|
//! | `?1` | the first bound value |
//! | `{in ?1}` | after a column: is one of the JSON array's strings |
//! | `{lookup people email ?2}` | in FROM: a table's rows of the tenant `?1` whose column is one of the JSON array's strings, each string looked up in the column's index |
//! | `{rows ?1 AS r (id TEXT, due_at BIGINT, notes JSON)}` | in FROM: a JSON array of objects as a table |
//! | `{in each b.ids FROM b WHERE b.id {in ?1}}` | after a column: is one of the strings in a JSON array column of some rows |
//! | `{bytes name}` | a text column, to be compared and sorted by its bytes |
//! | `{lower name}` | a text column in lower case |
//! | `{hold rows}` | at a query's end: nobody else changes its rows until the transaction's end. (On SQLite nobody does anyway.) |
//! | `{field ?1 id 'due_at' BIGINT}` | the value at `?1[id].due_at`, where `?1` is a JSON object of objects and `id` a column |
//!
//! Bulk values travel as one JSON parameter: D1 takes a hundred parameters at most, and one statement for many rows is
//! what keeps a batch of sends at a handful of round trips.

use std::fmt::Write;

use super::DbError;

/// Which SQL the engine speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// D1, and SQLite in native tests.
    Sqlite,
    /// Postgres.
    Postgres,
}

impl Dialect {
    /// Puts a statement's common text into this dialect.
    ///
    /// # Errors
    /// When a fragment is not one of those above (a mistake in our own SQL).
    pub fn write(self, sql: &str) -> Result<String, DbError> {
        let mut out = String::with_capacity(sql.len() + 128);
        let mut rest = sql;
        while let Some(position) = rest.find(['?', '{', '\'']) {
            let (before, from) = rest.split_at(position);
            out.push_str(before);
            rest = match from.chars().next() {
                Some('\'') => copy_quoted(from, &mut out),
                Some('?') => self.placeholder(from, &mut out),
                _ => self.fragment(from, &mut out)?,
            };
        }
        out.push_str(rest);
        Ok(out)
    }

    fn placeholder<'a>(self, from: &'a str, out: &mut String) -> &'a str {
        out.push(match self {
            Dialect::Sqlite => '?',
            Dialect::Postgres => '$',
        });
        from.strip_prefix('?').unwrap_or(from)
    }

    fn fragment<'a>(self, from: &'a str, out: &mut String) -> Result<&'a str, DbError> {
        let unknown = || DbError::Other(format!("not a fragment: {from}"));
        let (inner, rest) = split_at_end(from).ok_or_else(unknown)?;
        let (name, arguments) = inner.split_once(' ').ok_or_else(unknown)?;
        let written = match (name, arguments.split_once(' ')) {
            ("in", Some(("each", select))) => self.write_in_each(select)?,
            ("in", _) => self.write_in(arguments),
            ("lookup", Some(_)) => self.write_lookup(arguments),
            ("bytes", None) => Some(self.write_bytes(arguments)),
            ("lower", None) => Some(self.write_lower(arguments)),
            ("rows", _) => self.write_rows(arguments),
            ("hold", None) if arguments == "rows" => Some(self.write_hold().to_string()),
            ("field", _) => self.write_field(arguments),
            _ => None,
        };
        out.push_str(&written.ok_or_else(unknown)?);
        Ok(rest)
    }

    fn number(self, placeholder: &str) -> Option<String> {
        let digits = placeholder.strip_prefix('?')?;
        Some(match self {
            Dialect::Sqlite => format!("?{digits}"),
            Dialect::Postgres => format!("${digits}"),
        })
    }

    fn write_in(self, placeholder: &str) -> Option<String> {
        let value = self.number(placeholder)?;
        Some(match self {
            Dialect::Sqlite => format!("IN (SELECT value FROM json_each({value}))"),
            Dialect::Postgres => {
                format!("= ANY (text_array({value}::jsonb))")
            }
        })
    }

    /// While a table is young Postgres has no statistics of it, takes a tenant for a handful of rows, and would walk all of them
    /// for a list. It may not see through the inner select (`OFFSET 0`), and so has to look each string up.
    fn write_lookup(self, arguments: &str) -> Option<String> {
        let mut words = arguments.split(' ');
        let (table, column) = (words.next()?, words.next()?);
        let value = self.number(words.next()?)?;
        Some(match self {
            Dialect::Sqlite => format!(
                "(SELECT i.* FROM {table} i WHERE i.tenant_id = ?1 AND i.{column} IN (SELECT value FROM json_each({value})))"
            ),
            Dialect::Postgres => format!(
                "(SELECT f.* FROM unnest(text_array({value}::jsonb)) AS wanted CROSS JOIN LATERAL \
                 (SELECT i.* FROM {table} i WHERE i.tenant_id = $1 AND i.{column} = wanted OFFSET 0) f)"
            ),
        })
    }

    fn write_bytes(self, column: &str) -> String {
        match self {
            Dialect::Sqlite => column.to_string(),
            Dialect::Postgres => format!("{column} COLLATE \"C\""),
        }
    }

    /// What is compared as bytes knows no letters but those of ASCII.
    fn write_lower(self, column: &str) -> String {
        match self {
            Dialect::Sqlite => format!("lower({column})"),
            Dialect::Postgres => format!("lower({column} COLLATE \"default\")"),
        }
    }

    fn write_hold(self) -> &'static str {
        match self {
            Dialect::Sqlite => "",
            Dialect::Postgres => "FOR UPDATE",
        }
    }

    fn write_rows(self, arguments: &str) -> Option<String> {
        let (placeholder, rest) = arguments.split_once(" AS ")?;
        let (alias, columns) = rest.split_once(" (")?;
        let columns = columns.strip_suffix(')')?;
        let value = self.number(placeholder)?;
        Some(match self {
            Dialect::Postgres => format!(
                "jsonb_to_recordset({value}::jsonb) AS {alias}({})",
                columns.replace(" JSON", " JSONB")
            ),
            Dialect::Sqlite => {
                let mut select = String::new();
                for column in columns.split(", ") {
                    let (name, kind) = column.split_once(' ')?;
                    let comma = if select.is_empty() { "" } else { ", " };
                    // A JSON null is an SQL NULL, as on Postgres.
                    let read = match kind {
                        "JSON" => format!("NULLIF(value -> '$.{name}', 'null')"),
                        _ => format!("value ->> '$.{name}'"),
                    };
                    write!(select, "{comma}{read} AS {name}").ok()?;
                }
                format!("(SELECT {select} FROM json_each({value})) AS {alias}")
            }
        })
    }

    /// On Postgres the strings become one array before the outer table is read, so that it is read by its key whatever
    /// the planner believes about the tables' sizes.
    fn write_in_each(self, select: &str) -> Result<Option<String>, DbError> {
        let Some((column, from)) = select.split_once(" FROM ") else {
            return Ok(None);
        };
        let (table, condition) = from.split_once(" WHERE ").unwrap_or((from, "TRUE"));
        let condition = self.write(condition)?;
        Ok(Some(match self {
            Dialect::Sqlite => {
                format!("IN (SELECT value FROM {table}, json_each({column}) WHERE {condition})")
            }
            Dialect::Postgres => format!(
                "= ANY (ARRAY(SELECT jsonb_array_elements_text({column}) FROM {table} WHERE {condition}))"
            ),
        }))
    }

    fn write_field(self, arguments: &str) -> Option<String> {
        let mut words = arguments.split(' ');
        let value = self.number(words.next()?)?;
        let column = words.next()?;
        let key = words.next()?.strip_prefix('\'')?.strip_suffix('\'')?;
        let kind = words.next()?;
        Some(match self {
            Dialect::Sqlite => {
                format!("json_extract({value}, '$.\"' || {column} || '\".{key}')")
            }
            Dialect::Postgres => {
                format!("CAST({value}::jsonb -> {column} ->> '{key}' AS {kind})")
            }
        })
    }
}

/// What stands between the first brace and the one that closes it, and what follows.
fn split_at_end(from: &str) -> Option<(&str, &str)> {
    let mut open = 0_u32;
    for (position, brace) in from.match_indices(['{', '}']) {
        open = if brace == "{" {
            open + 1
        } else {
            open.checked_sub(1)?
        };
        if open == 0 {
            return Some((from.get(1..position)?, from.get(position + 1..)?));
        }
    }
    None
}

/// Copies a quoted string as it is and gives back what follows it.
fn copy_quoted<'a>(from: &'a str, out: &mut String) -> &'a str {
    let body = from.strip_prefix('\'').unwrap_or(from);
    out.push('\'');
    match body.split_once('\'') {
        Some((inside, rest)) => {
            out.push_str(inside);
            out.push('\'');
            rest
        }
        None => {
            out.push_str(body);
            ""
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_and_quotes() {
        let sql = "SELECT '?1 {x}', a FROM t WHERE b = ?2";
        assert_eq!(Dialect::Sqlite.write(sql).unwrap(), sql);
        assert_eq!(
            Dialect::Postgres.write(sql).unwrap(),
            "SELECT '?1 {x}', a FROM t WHERE b = $2"
        );
    }

    #[test]
    fn bulk_rows() {
        let sql = "FROM {rows ?1 AS r (id TEXT, n BIGINT, j JSON)} WHERE x {in ?2}";
        assert_eq!(
            Dialect::Sqlite.write(sql).unwrap(),
            "FROM (SELECT value ->> '$.id' AS id, value ->> '$.n' AS n, NULLIF(value -> '$.j', 'null') AS j FROM json_each(?1)) AS r WHERE x IN (SELECT value FROM json_each(?2))"
        );
        assert_eq!(
            Dialect::Postgres.write(sql).unwrap(),
            "FROM jsonb_to_recordset($1::jsonb) AS r(id TEXT, n BIGINT, j JSONB) WHERE x = ANY (text_array($2::jsonb))"
        );
    }

    #[test]
    fn a_field_of_the_row_with_this_id() {
        let sql = "SET n = {field ?1 id 'n' BIGINT}";
        assert_eq!(
            Dialect::Sqlite.write(sql).unwrap(),
            "SET n = json_extract(?1, '$.\"' || id || '\".n')"
        );
        assert_eq!(
            Dialect::Postgres.write(sql).unwrap(),
            "SET n = CAST($1::jsonb -> id ->> 'n' AS BIGINT)"
        );
    }

    #[test]
    fn texts_by_their_bytes() {
        let sql = "WHERE ({bytes name}, id) > (?1, ?2) ORDER BY {bytes name}, id";
        assert_eq!(
            Dialect::Sqlite.write(sql).unwrap(),
            "WHERE (name, id) > (?1, ?2) ORDER BY name, id"
        );
        assert_eq!(
            Dialect::Postgres.write(sql).unwrap(),
            "WHERE (name COLLATE \"C\", id) > ($1, $2) ORDER BY name COLLATE \"C\", id"
        );
    }

    #[test]
    fn texts_that_are_looked_up() {
        let sql = "SELECT k.id FROM {lookup people email ?2} k";
        assert_eq!(
            Dialect::Sqlite.write(sql).unwrap(),
            "SELECT k.id FROM (SELECT i.* FROM people i WHERE i.tenant_id = ?1 AND i.email IN (SELECT value FROM json_each(?2))) k"
        );
        assert_eq!(
            Dialect::Postgres.write(sql).unwrap(),
            "SELECT k.id FROM (SELECT f.* FROM unnest(text_array($2::jsonb)) AS wanted CROSS JOIN LATERAL \
             (SELECT i.* FROM people i WHERE i.tenant_id = $1 AND i.email = wanted OFFSET 0) f) k"
        );
        assert!(Dialect::Postgres.write("{lookup people email}").is_err());
    }

    #[test]
    fn texts_in_lower_case() {
        let sql = "substr({lower b.name}, 1, 3) = lower(?1)";
        assert_eq!(
            Dialect::Sqlite.write(sql).unwrap(),
            "substr(lower(b.name), 1, 3) = lower(?1)"
        );
        assert_eq!(
            Dialect::Postgres.write(sql).unwrap(),
            "substr(lower(b.name COLLATE \"default\"), 1, 3) = lower($1)"
        );
    }

    #[test]
    fn rows_that_are_held() {
        let sql = "SELECT id FROM boxes ORDER BY id {hold rows}";
        assert_eq!(
            Dialect::Sqlite.write(sql).unwrap(),
            "SELECT id FROM boxes ORDER BY id "
        );
        assert_eq!(
            Dialect::Postgres.write(sql).unwrap(),
            "SELECT id FROM boxes ORDER BY id FOR UPDATE"
        );
        assert!(Dialect::Postgres.write("{hold tables}").is_err());
    }

    #[test]
    fn each_of_a_column() {
        let sql = "WHERE x {in each b.ids FROM boxes b WHERE b.id {in ?2} AND b.y = ?3} AND z = 1";
        assert_eq!(
            Dialect::Sqlite.write(sql).unwrap(),
            "WHERE x IN (SELECT value FROM boxes b, json_each(b.ids) WHERE b.id IN (SELECT value FROM json_each(?2)) AND b.y = ?3) AND z = 1"
        );
        assert_eq!(
            Dialect::Postgres.write(sql).unwrap(),
            "WHERE x = ANY (ARRAY(SELECT jsonb_array_elements_text(b.ids) FROM boxes b WHERE b.id = ANY (text_array($2::jsonb)) AND b.y = $3)) AND z = 1"
        );
    }

    #[test]
    fn an_unknown_fragment_is_an_error() {
        assert!(Dialect::Sqlite.write("SELECT {nonsense ?1}").is_err());
        assert!(Dialect::Sqlite.write("SELECT {").is_err());
    }
}

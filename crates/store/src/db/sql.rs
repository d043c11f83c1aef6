//! A statement and the values that are bound to it, for either engine.

use std::borrow::Cow;

use sqlx::postgres::{PgArguments, Postgres};
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, Encode, Executor, Sqlite, Type};

use super::Row;
use crate::{KeyHash, StoreError};

/// A statement. Its text is made of literals only; whatever else goes into it is bound, so no caller's text is ever read as
/// SQL. Both engines take `$1`, so a literal statement is written once. What is put together has `?` for each value, which
/// becomes a number for PostgreSQL: SQLite looks up the name of each placeholder that has one among all of them, which would take
/// most of the time of a statement with a thousand.
#[derive(Debug)]
pub struct Sql<'a> {
    text: Cow<'static, str>,
    values: Vec<Value<'a>>,
    /// Placeholders in the text have numbers, from the beginning on.
    is_numbered: bool,
}

/// A bound value; NULL has the type of its column.
#[derive(Debug)]
pub enum Value<'a> {
    Bool(Option<bool>),
    Int(Option<i64>),
    Text(Option<Cow<'a, str>>),
    Json(String),
    Bytes(Option<Cow<'a, [u8]>>),
}

impl<'a> Sql<'a> {
    pub(crate) fn new(text: &'static str) -> Self {
        Self { text: Cow::Borrowed(text), values: Vec::new(), is_numbered: false }
    }

    /// Binds the next of the `$1`, `$2`, … that stand in the text already.
    pub(crate) fn bind(mut self, value: impl Into<Value<'a>>) -> Self {
        self.values.push(value.into());
        self.is_numbered = true;
        self
    }

    /// Adds to the text.
    pub(crate) fn push(&mut self, text: &'static str) -> &mut Self {
        self.text.to_mut().push_str(text);
        self
    }

    /// Adds a placeholder to the text and binds its value.
    pub(crate) fn push_bind(&mut self, value: impl Into<Value<'a>>) -> &mut Self {
        self.values.push(value.into());
        let text = self.text.to_mut();
        if self.is_numbered {
            text.push('$');
            text.push_str(&self.values.len().to_string());
        } else {
            text.push('?');
        }
        self
    }

    /// Adds `(…, …)` for an `IN`, which nothing is in when there are no values.
    pub(crate) fn push_list<V: Into<Value<'a>>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.push("(");
        let mut between = "";
        for value in values {
            self.push(between).push_bind(value);
            between = ", ";
        }
        // both engines find nothing in (NULL), and neither takes ()
        self.push(if between.is_empty() { "NULL)" } else { ")" })
    }

    /// Adds ` AND column = …`, if there is a value.
    pub(crate) fn push_equal<V: Into<Value<'a>>>(&mut self, column: &'static str, value: Option<V>) -> &mut Self {
        let Some(value) = value else { return self };
        self.push(" AND ").push(column).push(" = ").push_bind(value)
    }

    /// Adds ` AND column IN (…)`, if there is a list.
    pub(crate) fn push_in(&mut self, column: &'static str, values: Option<&'a Vec<String>>) -> &mut Self {
        let Some(values) = values else { return self };
        self.push(" AND ").push(column).push(" IN ").push_list(values)
    }

    /// Adds ` AND` and that the column has this in it, if there is a value.
    pub(crate) fn push_contains(&mut self, column: &'static str, part: Option<&str>) -> &mut Self {
        let Some(part) = part else { return self };
        self.push(" AND ").push_like(column, part)
    }

    /// Adds that the column has this in it, in upper or lower case.
    pub(crate) fn push_like(&mut self, column: &'static str, part: &str) -> &mut Self {
        let mut pattern = String::with_capacity(part.len() + 2);
        pattern.push('%');
        for character in part.chars().flat_map(char::to_lowercase) {
            // what has a meaning in a pattern stands for itself
            if matches!(character, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(character);
        }
        pattern.push('%');
        self.push("LOWER(").push(column).push(") LIKE ").push_bind(pattern).push(" ESCAPE '!'")
    }

    pub(super) async fn fetch_all_lite<'c>(
        self,
        on: impl Executor<'c, Database = Sqlite>,
    ) -> Result<Vec<Row>, StoreError> {
        let arguments: SqliteArguments = arguments(self.values)?;
        let rows = sqlx::query_with(AssertSqlSafe(self.text), arguments).fetch_all(on).await?;
        Ok(rows.into_iter().map(Row::Lite).collect())
    }

    pub(super) async fn fetch_all_pg<'c>(
        self,
        on: impl Executor<'c, Database = Postgres>,
    ) -> Result<Vec<Row>, StoreError> {
        let arguments: PgArguments = arguments(self.values)?;
        let rows = sqlx::query_with(AssertSqlSafe(numbered(self.text)), arguments).fetch_all(on).await?;
        Ok(rows.into_iter().map(Row::Pg).collect())
    }

    /// How many rows it changed.
    pub(super) async fn execute_lite<'c>(self, on: impl Executor<'c, Database = Sqlite>) -> Result<u64, StoreError> {
        let arguments: SqliteArguments = arguments(self.values)?;
        Ok(sqlx::query_with(AssertSqlSafe(self.text), arguments).execute(on).await?.rows_affected())
    }

    /// The same.
    pub(super) async fn execute_pg<'c>(self, on: impl Executor<'c, Database = Postgres>) -> Result<u64, StoreError> {
        let arguments: PgArguments = arguments(self.values)?;
        Ok(sqlx::query_with(AssertSqlSafe(numbered(self.text)), arguments).execute(on).await?.rows_affected())
    }
}

/// The same with numbers in the place of `?`.
fn numbered(text: Cow<'static, str>) -> Cow<'static, str> {
    if !text.contains('?') {
        return text;
    }
    let mut numbered = String::with_capacity(text.len() + text.len() / 4);
    for (at, part) in text.split('?').enumerate() {
        if at > 0 {
            numbered.push('$');
            numbered.push_str(&at.to_string());
        }
        numbered.push_str(part);
    }
    Cow::Owned(numbered)
}

fn arguments<'a, A: Arguments>(values: Vec<Value<'a>>) -> Result<A, StoreError>
where
    Option<bool>: Encode<'a, A::Database> + Type<A::Database>,
    Option<i64>: Encode<'a, A::Database> + Type<A::Database>,
    Option<String>: Encode<'a, A::Database> + Type<A::Database>,
    Option<Vec<u8>>: Encode<'a, A::Database> + Type<A::Database>,
{
    let mut arguments = A::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        match value {
            Value::Bool(value) => arguments.add(value),
            Value::Int(value) => arguments.add(value),
            Value::Text(value) => arguments.add(value.map(Cow::into_owned)),
            Value::Json(value) => arguments.add(Some(value)),
            Value::Bytes(value) => arguments.add(value.map(Cow::into_owned)),
        }
        .map_err(|source| StoreError::Refused { source })?;
    }
    Ok(arguments)
}

/// What may be bound, by value or as an `Option` of it.
macro_rules! bindable {
    ($($type:ty => $variant:ident, $value:ident => $into:expr;)+) => { $(
        impl<'a> From<$type> for Value<'a> {
            fn from($value: $type) -> Self {
                Self::$variant(Some($into))
            }
        }

        impl<'a> From<Option<$type>> for Value<'a> {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map(|$value| $into))
            }
        }
    )+ };
}

bindable! {
    bool => Bool, value => value;
    i64 => Int, value => value;
    u32 => Int, value => i64::from(value);
    &'a str => Text, value => Cow::Borrowed(value);
    &'a String => Text, value => Cow::Borrowed(value.as_str());
    String => Text, value => Cow::Owned(value);
    &'a KeyHash => Text, value => Cow::Borrowed(value.as_str());
    money::Nanos => Int, value => value.get();
    &'a [u8] => Bytes, value => Cow::Borrowed(value);
}

/// JSON for a column.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> Result<Value<'static>, StoreError> {
    let text = serde_json::to_string(value).map_err(|error| StoreError::Refused { source: error.into() })?;
    Ok(Value::Json(text))
}

impl<'a> From<&'a Option<String>> for Value<'a> {
    fn from(value: &'a Option<String>) -> Self {
        Self::Text(value.as_deref().map(Cow::Borrowed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_count_up_and_nothing_is_in_an_empty_list() {
        let mut sql = Sql::new("SELECT 1 FROM t WHERE a = $1").bind("x");
        sql.push(" AND b IN ").push_list(["p", "q"]);
        sql.push(" AND c IN ").push_list(Vec::<String>::new());
        sql.push_equal("d", None::<i64>).push_equal("e", Some(2_i64)).push_contains("f", Some("50%_!"));
        assert_eq!(
            sql.text,
            "SELECT 1 FROM t WHERE a = $1 AND b IN ($2, $3) AND c IN (NULL) AND e = $4 AND LOWER(f) LIKE $5 ESCAPE '!'"
        );
        assert!(matches!(sql.values.last(), Some(Value::Text(Some(pattern))) if pattern == "%50!%!_!!%"));
    }

    #[test]
    fn placeholders_have_numbers_where_the_engine_wants_them() {
        let mut sql = Sql::new("SELECT a FROM t WHERE b = ");
        sql.push_bind(1_i64).push(" AND c IN ").push_list([2_i64, 3]);
        assert_eq!(sql.text, "SELECT a FROM t WHERE b = ? AND c IN (?, ?)");
        assert_eq!(numbered(sql.text), "SELECT a FROM t WHERE b = $1 AND c IN ($2, $3)");
        assert_eq!(numbered(Cow::Borrowed("SELECT $1, $1")), "SELECT $1, $1");
    }
}

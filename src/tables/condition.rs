//! A condition of our own text, put together from others.

use std::borrow::Cow;

use crate::edge::db::Value;

/// A condition. Each `?` of its text is the next of its values; nothing of a client's is ever in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    pub(super) text: Cow<'static, str>,
    pub(super) values: Vec<Value>,
}

impl Condition {
    /// A condition of this text.
    pub fn new(text: impl Into<Cow<'static, str>>, values: impl Into<Vec<Value>>) -> Self {
        Condition {
            text: text.into(),
            values: values.into(),
        }
    }

    /// All of them hold; so it is when there are none.
    pub fn all(conditions: Vec<Condition>) -> Self {
        joined(conditions, " AND ", "1 = 1")
    }

    /// One of them holds at least; none does when there are none.
    pub fn any(conditions: Vec<Condition>) -> Self {
        joined(conditions, " OR ", "1 = 0")
    }

    /// It does not hold. What cannot be told, because there is no value, does not hold either.
    #[must_use]
    pub fn negated(self) -> Self {
        Condition {
            text: format!("NOT COALESCE(({}), FALSE)", self.text).into(),
            values: self.values,
        }
    }

    /// How many values it binds.
    pub fn value_count(&self) -> usize {
        self.values.len()
    }
}

fn joined(conditions: Vec<Condition>, with: &str, empty: &'static str) -> Condition {
    if conditions.is_empty() {
        return Condition::new(empty, []);
    }
    // In brackets as a whole as well: it is put beside others.
    let (mut text, mut values) = (String::from("("), Vec::new());
    for (index, condition) in conditions.into_iter().enumerate() {
        text.push_str(if index == 0 { "" } else { with });
        text.push('(');
        text.push_str(&condition.text);
        text.push(')');
        values.extend(condition.values);
    }
    text.push(')');
    Condition::new(text, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_joined_and_keep_their_values_in_order() {
        let one = |n: i64| Condition::new("x = ?", [n.into()]);
        let both = Condition::all(vec![Condition::any(vec![one(1), one(2)]), one(3).negated()]);
        assert_eq!(
            both.text,
            "((((x = ?) OR (x = ?))) AND (NOT COALESCE((x = ?), FALSE)))"
        );
        assert_eq!(both.values, [1_i64.into(), 2_i64.into(), 3_i64.into()]);
        assert_eq!(Condition::all(Vec::new()).text, "1 = 1");
        assert_eq!(Condition::any(Vec::new()).text, "1 = 0");
    }
}

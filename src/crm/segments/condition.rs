//! Pure: what a rule says in a query over businesses (`b`), or over people (`p`) and their businesses.

use super::fields::{self, Field, Kind};
use super::model::What;
use super::rule::{ActivityRule, FieldRule, Operand, Operator, Rule, TagRule};
use crate::campaigns::audience;
use crate::edge::clock::{DAY, Millis};
use crate::edge::db::Value;
use crate::error::{Error, FieldError, Result};
use crate::ids::ActivityId;
use crate::tables::Condition;

/// The most rules in a segment; D1 takes a hundred values in a statement, and the query has some of its own.
const MOST_RULES: usize = 50;
/// The most values that a segment's rules bind.
const MOST_VALUES: usize = 85;
/// How deep they can be put into each other.
const DEEPEST: usize = 6;
/// The longest text to compare with.
const LONGEST: usize = 255;
/// The most entries of a list.
const MOST_ENTRIES: usize = 200;
/// The most days that are looked back, a hundred years.
const MOST_DAYS: i64 = 36_500;
/// The most often that something is asked to have happened.
const MOST_OFTEN: i64 = 10_000;

/// The condition, and every complaint about the rule at once. `path` is the rule's field.
///
/// # Errors
/// [`Error::Invalid`], naming each wrong part.
pub fn condition(what: What, rule: &Rule, path: &str, now: Millis) -> Result<Condition> {
    let mut writer = Writer {
        what,
        now,
        rules: 0,
        complaints: Vec::new(),
    };
    let condition = writer.rule(rule, path, 1);
    if writer.complaints.is_empty() && writer.rules > MOST_RULES {
        writer.complain(path, format!("has more than {MOST_RULES} rules"));
    }
    if writer.complaints.is_empty() && condition.value_count() > MOST_VALUES {
        writer.complain(path, "compares with too many values; put some into lists");
    }
    match writer.complaints.is_empty() {
        true => Ok(condition),
        false => Err(Error::Invalid(writer.complaints)),
    }
}

struct Writer {
    what: What,
    now: Millis,
    rules: usize,
    complaints: Vec<FieldError>,
}

impl Writer {
    fn complain(&mut self, path: &str, message: impl Into<String>) -> Condition {
        self.complaints.push(FieldError::new(path, message));
        Condition::any(Vec::new())
    }

    fn rule(&mut self, rule: &Rule, path: &str, depth: usize) -> Condition {
        self.rules = self.rules.saturating_add(1);
        if depth > DEEPEST {
            return self.complain(path, format!("is more than {DEEPEST} levels deep"));
        }
        match rule {
            Rule::All(rules) => Condition::all(self.rules(rules, &format!("{path}.all"), depth)),
            Rule::Any(rules) => Condition::any(self.rules(rules, &format!("{path}.any"), depth)),
            Rule::None(rules) => {
                Condition::any(self.rules(rules, &format!("{path}.none"), depth)).negated()
            }
            Rule::Field(rule) => self.field(rule, &format!("{path}.field")),
            Rule::Tag(rule) => self.tag(rule, &format!("{path}.tag")),
            Rule::Activity(rule) => self.activity(rule, &format!("{path}.activity")),
            Rule::Campaign(rule) => {
                let people = match self.what {
                    What::People => audience::Whose::Person,
                    What::Businesses => audience::Whose::Business,
                };
                match audience::condition(rule, people, self.now) {
                    Ok(condition) => condition,
                    Err(complaint) => {
                        let field = format!("{path}.campaign.{}", complaint.field);
                        self.complain(&field, complaint.message)
                    }
                }
            }
        }
    }

    fn rules(&mut self, rules: &[Rule], path: &str, depth: usize) -> Vec<Condition> {
        let one = |(index, rule)| self.rule(rule, &format!("{path}[{index}]"), depth + 1);
        rules.iter().enumerate().map(one).collect()
    }

    fn field(&mut self, rule: &FieldRule, path: &str) -> Condition {
        let Some(field) = fields::find(self.what, &rule.name) else {
            return self.complain(
                &format!("{path}.name"),
                "is no field; GET /api/v1/segment-fields lists them",
            );
        };
        if !field.kind.operators().contains(&rule.operator) {
            let all: Vec<_> = field
                .kind
                .operators()
                .iter()
                .map(|operator| operator.as_str())
                .collect();
            let message = format!("must be one of {} for this field", all.join(", "));
            return self.complain(&format!("{path}.operator"), message);
        }
        match compared(field, rule.operator, rule.value.as_ref(), self.now) {
            Ok(condition) => condition,
            Err(message) => self.complain(&format!("{path}.value"), message),
        }
    }

    fn tag(&mut self, rule: &TagRule, path: &str) -> Condition {
        if rule.tag.is_empty() || rule.tag.chars().count() > LONGEST {
            return self.complain(&format!("{path}.tag"), "must be a tag's id or name");
        }
        let tag = Value::from(rule.tag.as_str());
        Condition::new(
            "b.id IN (SELECT x.business_id FROM business_tag x JOIN tags t ON t.tenant_id = x.tenant_id AND t.id = x.tag_id \
             WHERE x.tenant_id = b.tenant_id AND (t.id = ? OR t.name = ?))",
            [tag.clone(), tag],
        )
    }

    fn activity(&mut self, rule: &ActivityRule, path: &str) -> Condition {
        let at_least = rule.at_least.unwrap_or(1);
        if !(1..=MOST_OFTEN).contains(&at_least) {
            return self.complain(
                &format!("{path}.at_least"),
                format!("must be between 1 and {MOST_OFTEN}"),
            );
        }
        let (mut text, mut values) = (
            String::from(
                "FROM activities a WHERE a.tenant_id = b.tenant_id AND a.business_id = b.id AND a.type = ?",
            ),
            vec![Value::from(rule.kind.as_str())],
        );
        if let Some(days) = rule.within_days {
            let Some(since) = since(days, self.now) else {
                return self.complain(&format!("{path}.within_days"), days_complaint());
            };
            // Their ids run in the order in which they happened.
            text.push_str(" AND a.id >= ?");
            values.push(ActivityId::floor(since).into());
        }
        if self.what == What::People {
            text.push_str(" AND a.person_id = p.id");
        }
        match at_least {
            1 => Condition::new(format!("EXISTS (SELECT 1 {text})"), values),
            _ => {
                values.push(at_least.into());
                Condition::new(format!("(SELECT COUNT(*) {text}) >= ?"), values)
            }
        }
    }
}

fn compared(
    field: &Field,
    operator: Operator,
    value: Option<&Operand>,
    now: Millis,
) -> Result<Condition, String> {
    let column = field.column;
    let unset = match field.kind {
        Kind::Text => format!("({column} IS NULL OR {column} = '')"),
        _ => format!("{column} IS NULL"),
    };
    match operator {
        Operator::IsEmpty | Operator::IsSet if value.is_some() => {
            return Err("must be left out".into());
        }
        Operator::IsEmpty => return Ok(Condition::new(unset, [])),
        Operator::IsSet => return Ok(Condition::new(unset, []).negated()),
        _ => {}
    }
    let value = value.ok_or("is missing")?;
    match field.kind {
        Kind::Text => text(column, operator, value),
        Kind::Word => words(column, operator, value, &(field.words)()),
        Kind::Id => identity(column, operator, value),
        Kind::Number => number(column, operator, value),
        Kind::Flag => flag(column, operator, value),
        Kind::Time => time(column, operator, value, now),
    }
}

/// Texts are compared in lower case.
fn text(column: &str, operator: Operator, value: &Operand) -> Result<Condition, String> {
    let lower = format!("{{lower {column}}}");
    if matches!(operator, Operator::In | Operator::NotIn) {
        let entries: Vec<_> = list(value)?
            .iter()
            .map(|text| text.to_lowercase())
            .collect();
        return Ok(one_of(&lower, operator, &entries));
    }
    let Operand::Text(text) = value else {
        return Err("must be a text".into());
    };
    if text.is_empty() || text.chars().count() > LONGEST {
        return Err(format!("must have 1 to {LONGEST} characters"));
    }
    let value = Value::from(text.to_lowercase());
    Ok(match operator {
        // Not LIKE: D1 takes patterns of fifty bytes at most.
        Operator::Contains => {
            Condition::new(format!("replace({lower}, ?, '') <> {lower}"), [value])
        }
        Operator::StartsWith => Condition::new(
            format!("substr({lower}, 1, length(?)) = ?"),
            [value.clone(), value],
        ),
        operator => is_or_not(&lower, operator, value),
    })
}

fn words(
    column: &str,
    operator: Operator,
    value: &Operand,
    words: &[&str],
) -> Result<Condition, String> {
    let known = |word: &str| match words.contains(&word) {
        true => Ok(()),
        false => Err(format!("must be of {}", words.join(", "))),
    };
    if matches!(operator, Operator::In | Operator::NotIn) {
        let entries = list(value)?;
        entries.iter().try_for_each(|word| known(word))?;
        return Ok(one_of(column, operator, entries));
    }
    let Operand::Text(word) = value else {
        return Err(format!("must be one of {}", words.join(", ")));
    };
    known(word)?;
    Ok(is_or_not(column, operator, word.as_str().into()))
}

fn identity(column: &str, operator: Operator, value: &Operand) -> Result<Condition, String> {
    let is_id = |text: &str| match ActivityId::parse(text) {
        Some(_) => Ok(()),
        None => Err("must be an id such as 01900000-0000-7000-8000-000000000001".to_string()),
    };
    if matches!(operator, Operator::In | Operator::NotIn) {
        let entries = list(value)?;
        entries.iter().try_for_each(|text| is_id(text))?;
        return Ok(one_of(column, operator, entries));
    }
    let Operand::Text(text) = value else {
        return Err("must be an id".into());
    };
    is_id(text)?;
    Ok(is_or_not(column, operator, text.as_str().into()))
}

fn number(column: &str, operator: Operator, value: &Operand) -> Result<Condition, String> {
    let value: Value = match value {
        Operand::Integer(number) if number.unsigned_abs() < 1 << 53 => (*number).into(),
        Operand::Number(number) if number.is_finite() => (*number).into(),
        _ => return Err("must be a number".into()),
    };
    let compare = match operator {
        Operator::AtLeast => ">=",
        Operator::AtMost => "<=",
        Operator::MoreThan => ">",
        Operator::LessThan => "<",
        operator => return Ok(is_or_not(column, operator, value)),
    };
    Ok(Condition::new(format!("{column} {compare} ?"), [value]))
}

fn flag(column: &str, operator: Operator, value: &Operand) -> Result<Condition, String> {
    let Operand::Flag(flag) = value else {
        return Err("must be true or false".into());
    };
    Ok(is_or_not(column, operator, (*flag).into()))
}

fn time(
    column: &str,
    operator: Operator,
    value: &Operand,
    now: Millis,
) -> Result<Condition, String> {
    let moment = match (operator, value) {
        (Operator::WithinDays | Operator::MoreThanDaysAgo, Operand::Integer(days)) => {
            since(*days, now).ok_or_else(days_complaint)?
        }
        (Operator::WithinDays | Operator::MoreThanDaysAgo, _) => return Err(days_complaint()),
        (_, Operand::Text(text)) => {
            crate::time::parse(text).ok_or("must be a time such as 2026-03-04T16:00:00Z")?
        }
        _ => return Err("must be a time such as 2026-03-04T16:00:00Z".into()),
    };
    let compare = match operator {
        Operator::Before | Operator::MoreThanDaysAgo => "<",
        _ => ">=",
    };
    Ok(Condition::new(
        format!("{column} {compare} ?"),
        [moment.into()],
    ))
}

fn is_or_not(column: &str, operator: Operator, value: Value) -> Condition {
    let is = Condition::new(format!("{column} = ?"), [value]);
    match operator {
        Operator::IsNot => is.negated(),
        _ => is,
    }
}

fn one_of(column: &str, operator: Operator, entries: &[String]) -> Condition {
    let entries = Value::Json(serde_json::json!(entries).to_string());
    let is = Condition::new(format!("{column} {{in ?}}"), [entries]);
    match operator {
        Operator::NotIn => is.negated(),
        _ => is,
    }
}

fn list(value: &Operand) -> Result<&[String], String> {
    let holds = |entries: &[String]| {
        (1..=MOST_ENTRIES).contains(&entries.len())
            && entries.iter().all(|text| text.chars().count() <= LONGEST)
    };
    match value {
        Operand::List(entries) if holds(entries) => Ok(entries),
        _ => Err(format!(
            "must be a list of 1 to {MOST_ENTRIES} texts of up to {LONGEST} characters"
        )),
    }
}

fn since(days: i64, now: Millis) -> Option<Millis> {
    (1..=MOST_DAYS).contains(&days).then(|| now - days * DAY)
}

fn days_complaint() -> String {
    format!("must be a number of days, 1 to {MOST_DAYS}")
}

//! Answers as tables of at most 100 columns.

use serde_json::Value;

/// A column: its head, where its value stands in a row (a JSON pointer), and how wide it may be.
pub(super) struct Column {
    pub(super) head: &'static str,
    pub(super) at: &'static str,
    pub(super) most: usize,
}

const GAP: usize = 2;
const WIDTH: usize = 100;

/// One line an item, below a line of heads.
pub(super) fn rows(list: &Value, columns: &[Column]) -> String {
    let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let cells = |row: &Value| -> Vec<String> {
        columns.iter().map(|column| cut(&text(row.pointer(column.at)), column.most)).collect()
    };
    let heads = columns.iter().map(|column| column.head.to_owned()).collect();
    let lines: Vec<Vec<String>> = std::iter::once(heads).chain(items.iter().map(cells)).collect();
    written(&lines)
}

/// One line a field. What is null is left out.
pub(super) fn record(object: &Value) -> String {
    let fields = object.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let longest = fields.clone().map(|(name, _)| name.chars().count()).max().unwrap_or_default();
    let most = WIDTH.saturating_sub(longest + GAP);
    let lines: Vec<_> = fields.map(|(name, value)| vec![name.clone(), cut(&text(Some(value)), most)]).collect();
    written(&lines)
}

fn written(lines: &[Vec<String>]) -> String {
    let mut widths = Vec::<usize>::new();
    for line in lines {
        widths.resize(widths.len().max(line.len()), 0);
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = cell.chars().count().max(*width);
        }
    }
    let padded = |line: &Vec<String>| {
        let cells: Vec<_> = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    lines.iter().map(padded).collect()
}

/// A value on one line. Control characters are not the terminal's to obey.
fn text(value: Option<&Value>) -> String {
    let text = match value {
        None | Some(Value::Null) => "-".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")
        }
        Some(other) => other.to_string(),
    };
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.is_empty() { "-".to_owned() } else { text }
}

fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const COLUMNS: &[Column] =
        &[Column { head: "NAME", at: "/name", most: 6 }, Column { head: "LISTS", at: "/of/lists", most: 10 }];

    #[test]
    fn cells_are_cut_and_clean() {
        let list =
            json!([{"name": "a\nb", "of": {"lists": ["x", "y"]}}, {"name": "übergroß", "of": {"lists": []}}, {}]);
        assert_eq!(rows(&list, COLUMNS), "NAME    LISTS\na b     x,y\nüberg…  -\n-       -\n");
        assert_eq!(rows(&json!([]), COLUMNS), "NAME  LISTS\n");
    }

    #[test]
    fn a_record_says_what_there_is() {
        let record = record(&json!({"token": "t".repeat(200), "spend": 1.5, "gone": null}));
        assert!(record.lines().all(|line| line.chars().count() <= WIDTH), "{record}");
        assert!(record.starts_with("spend  1.5\ntoken  ttt") && record.ends_with("…\n"), "{record}");
    }
}

//! Markdown tables and the numbers in them.

use std::fmt::Write as _;

/// A table with its columns as wide as they must be.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let wide = |column: usize| {
        let cells = std::iter::once(&head).chain(rows).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0).max(3)
    };
    let widths: Vec<usize> = (0..head.len()).map(wide).collect();
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    let mut text = String::new();
    for row in [&head, &rule].into_iter().chain(rows) {
        let mut line = String::from("|");
        for (cell, width) in row.iter().zip(&widths) {
            // writing to a string does not fail
            write!(line, " {cell:width$} |").ok();
        }
        text.push_str(&line);
        text.push('\n');
    }
    text
}

/// Three digits that count, with commas between thousands; a dash for what is not known.
pub(crate) fn number(value: Option<f64>) -> String {
    let Some(value) = value else { return "–".to_owned() };
    match value.abs() {
        size if size < 10.0 => format!("{value:.2}"),
        size if size < 100.0 => format!("{value:.1}"),
        _ => grouped(value),
    }
}

fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        let left = digits.len() - index;
        if left.is_multiple_of(3) && text.chars().any(|c| c.is_ascii_digit()) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let table = [
            (Some(0.123_4), "0.12"),
            (Some(-1.5), "-1.50"),
            (Some(12.34), "12.3"),
            (Some(123.4), "123"),
            (Some(1_234.5), "1,234"),
            (Some(-1_234_567.0), "-1,234,567"),
            (None, "–"),
        ];
        for (value, expected) in table {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let rows = [vec!["a".to_owned(), "–".to_owned()], vec!["bcde".to_owned(), "1".to_owned()]];
        let expected = "| x    | long |\n| ---- | ---- |\n| a    | –    |\n| bcde | 1    |\n";
        assert_eq!(table(&["x", "long"], &rows), expected);
    }
}

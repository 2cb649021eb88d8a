//! A table for people, whose columns are as wide as the first part of its rows wants.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The widest cell.
const WIDEST: usize = 48;

/// Rows that wait for those that are printed with them.
#[derive(Default)]
pub struct Table {
    names: Vec<String>,
    widths: Vec<usize>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Adds a row of the columns that these names are of.
    pub fn add(&mut self, names: Vec<String>, row: Vec<String>) {
        if self.names.is_empty() {
            self.names = names;
        }
        self.rows.push(row.iter().map(|cell| cut(&plain(cell))).collect());
    }

    /// The rows that were added, with the names in front of the first.
    pub fn part(&mut self) -> String {
        let mut text = String::new();
        if self.widths.is_empty() && !self.rows.is_empty() {
            let width =
                |column: usize| self.rows.iter().chain([&self.names]).filter_map(|row| row.get(column)).map(|cell| cell.width()).max();
            self.widths = (0..self.names.len()).map(|column| width(column).unwrap_or(0)).collect();
            text.push_str(&self.line(&self.names));
        }
        for row in &self.rows {
            text.push_str(&self.line(row));
        }
        self.rows.clear();
        text
    }

    fn line(&self, row: &[String]) -> String {
        let padded = |(cell, width): (&String, &usize)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width())));
        let line = row.iter().zip(&self.widths).map(padded).collect::<Vec<_>>().join("  ");
        line.trim_end().to_owned() + "\n"
    }
}

/// Without line breaks and other characters that move a terminal's cursor.
fn plain(cell: &str) -> String {
    cell.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn cut(cell: &str) -> String {
    if cell.width() <= WIDEST {
        return cell.to_owned();
    }
    let mut width = 0;
    let fits = |c: &char| {
        width += c.width().unwrap_or(0);
        width <= WIDEST - 2
    };
    cell.chars().take_while(fits).collect::<String>() + ".."
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(row: &[&str]) -> Vec<String> {
        row.iter().map(|cell| (*cell).to_owned()).collect()
    }

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_wide_letters_count_twice() {
        let mut table = Table::default();
        table.add(words(&["text", "label"]), words(&["good", "a"]));
        table.add(words(&["text", "label"]), words(&["映画", "b"]));
        table.add(words(&["text", "label"]), words(&["a\nb longer", "c"]));
        assert_eq!(table.part(), "text        label\ngood        a\n映画        b\na b longer  c\n");
    }

    #[test]
    fn later_rows_keep_the_widths_and_long_cells_are_cut() {
        let mut table = Table::default();
        table.add(words(&["text", "label"]), words(&[&"long ".repeat(20), "a"]));
        assert!(table.part().lines().all(|line| line.width() <= WIDEST + 2 + 5));
        table.add(words(&["text", "label"]), words(&["b", "c"]));
        assert_eq!(table.part(), format!("b{}  c\n", " ".repeat(WIDEST - 1)));
    }
}

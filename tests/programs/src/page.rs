//! A text as its tokens, until it is laid out.

/// Tokens in their order.
#[derive(Debug, Clone, Default)]
pub(crate) struct Page(Vec<String>);

impl Page {
    /// Puts one token.
    pub(crate) fn put(&mut self, token: impl Into<String>) {
        self.0.push(token.into());
    }

    /// Puts tokens that are parted by blanks.
    pub(crate) fn words(&mut self, tokens: &str) {
        self.0.extend(tokens.split_whitespace().map(str::to_owned));
    }

    /// Puts what is written between commas.
    pub(crate) fn list(&mut self, items: &[String]) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.put(",");
            }
            self.words(item);
        }
    }

    /// Puts another page behind.
    pub(crate) fn append(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    pub(crate) fn tokens(&self) -> &[String] {
        &self.0
    }
}

//! Decodes with their arguments.

use crate::draft::Draft;

impl Draft {
    /// `decode KIND`, with its arguments.
    pub(crate) fn decode(&mut self, word: &str, arguments: &[String]) {
        self.page.put("decode");
        self.call(word, arguments, Vec::new());
        self.end();
    }

    /// `decode threshold T`
    pub(crate) fn threshold(&mut self) {
        let threshold = self.one_of(&["", "0.3", "0.5", "1"]);
        let arguments = if threshold.is_empty() { Vec::new() } else { vec![threshold] };
        self.decode("threshold", &arguments);
    }

    /// `decode entities strategy=S`
    pub(crate) fn runs(&mut self) {
        let strategy = format!("strategy = {}", self.random.one(&["simple", "first", "average", "max"]));
        let arguments = self.random.some(vec![strategy]);
        self.decode("entities", &arguments);
    }

    /// `decode top_k N`
    pub(crate) fn top_k(&mut self) {
        let count = self.random.between(1, 9).to_string();
        let arguments = self.random.some(vec![count]);
        self.decode("top_k", &arguments);
    }

    /// `decode span max_len=L, best=N, no_answer`; over words nothing stands for no answer.
    pub(crate) fn answers(&mut self, over_tokens: bool) {
        let no_answer =
            if over_tokens { self.one_of(&["no_answer", "no_answer = false", "no_answer = true"]) } else { "no_answer = false".to_owned() };
        let keys = vec![format!("max_len = {}", self.random.between(1, 30)), format!("best = {}", self.random.between(1, 4)), no_answer];
        let arguments = self.random.some(keys);
        self.decode("span", &arguments);
    }
}

//! Random programs: any text that the grammar takes, sensible or not.

/// A small generator of numbers, the same for each seed (xorshift).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }

    pub(crate) fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn chance(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }
}

const NAMES: &[&str] =
    &["a", "dense", "Label", "x_1", "self", "type", "étage", "output", "labels", "loss", "given", "input", "decode", "hidden", "r"];
const WORDS: &[&str] = &["linear", "relu", "dropout", "pool", "residual", "concat", "my_layer", "crate::a::B", "layer_norm", "split"];
const PLAIN: &[&str] = &["a", "dense", "hidden", "vocab", "labels", "mean", "x_1", "étage"];
const NUMBERS: &[&str] = &["0", "1", "768", "1_000", "0.1", "1e-5", "2.5e3", "12"];
const TEXTS: &[&str] =
    &["\"O\"", "\"B-PER\"", "\"\"", "\"a // b\"", "\"/* */\"", "\"q \\\" \\\\ {}\"", "\"\\u{1F600}\\n\\t\"", "\"naïve\""];

/// A program of the grammar, with blanks and comments anywhere.
pub(crate) fn program(random: &mut Random) -> String {
    let mut writer = Writer { random, out: String::new() };
    match writer.random.below(3) {
        0 => writer.statements(5, 2, true),
        _ => (0..1 + writer.random.below(3)).for_each(|_| writer.head()),
    }
    writer.gap();
    writer.out
}

struct Writer<'r> {
    random: &'r mut Random,
    out: String,
}

impl Writer<'_> {
    /// What may stand between two tokens.
    fn gap(&mut self) {
        let gap = match self.random.below(30) {
            0 => "\n",
            1 => "\n\n\n",
            2 => "  \t",
            3 => " /* c */ ",
            4 => " // to the end\n",
            5 => " /* a /* b */ c */",
            6 => "\r\n",
            7 => " /* two\n   lines */ ",
            8 => "\n// one\n\n// two\n",
            _ => " ",
        };
        self.out.push_str(gap);
    }

    fn put(&mut self, token: &str) {
        self.out.push_str(token);
        self.gap();
    }

    fn any(&mut self, of: &[&str]) {
        let token = self.random.one(of);
        self.put(token);
    }

    fn doc(&mut self) {
        let doc =
            self.random.one(&["/// A line.\n", "/// Two\n/// lines.\n", "/** A block. */ ", "///\n", "/**\n * Stars\n * here\n */\n"]);
        self.out.push_str(doc);
    }

    fn head(&mut self) {
        self.gap();
        if self.random.chance(3) {
            self.doc();
        }
        if self.random.chance(2) {
            self.any(&["pub", "pub(crate)", "pub ( in crate::a )", "pub(super)"]);
        }
        self.put("head");
        self.any(&["A", "Sentiment", "Name"]);
        self.put("{");
        self.statements(6, 2, true);
        self.put("}");
    }

    fn statements(&mut self, most: usize, depth: usize, top: bool) {
        let count = self.random.below(most + 1);
        for index in 0..count {
            self.statement(depth, top, index + 1 == count);
        }
    }

    fn statement(&mut self, depth: usize, top: bool, last: bool) {
        if self.random.chance(8) {
            self.doc();
        }
        match self.random.below(if top { 12 } else { 6 }) {
            0 if depth > 0 => self.scope(depth),
            1 if depth > 0 => self.binding(depth),
            2 if depth > 0 => self.block_layer(depth),
            0..=5 => self.layer(last),
            6 => self.labels(last),
            7 => self.given(last),
            8 | 9 => self.named("input", &["pooled", "cls", "tokens", "pooled fresh", "tokens per choice", "layers"], last),
            10 => self.named("output", &["a", "scores", "type"], last),
            _ => self.objective(last),
        }
    }

    fn end(&mut self, last: bool) {
        if !last || self.random.chance(2) {
            self.put(";");
        }
    }

    fn named(&mut self, word: &str, names: &[&str], last: bool) {
        self.put(word);
        self.any(names);
        self.end(last);
    }

    fn path(&mut self) {
        self.any(NAMES);
        while self.random.chance(4) {
            self.put(".");
            self.any(&["b", "0", "type", "dense"]);
        }
    }

    fn block(&mut self, depth: usize) {
        self.put("{");
        self.statements(4, depth - 1, false);
        self.put("}");
        if self.random.chance(4) {
            self.put(";");
        }
    }

    fn scope(&mut self, depth: usize) {
        self.path();
        self.block(depth);
    }

    fn binding(&mut self, depth: usize) {
        self.put("let");
        self.any(PLAIN);
        self.put("=");
        self.block(depth);
    }

    fn block_layer(&mut self, depth: usize) {
        self.path();
        self.put(":");
        self.call(WORDS);
        self.block(depth);
    }

    fn layer(&mut self, last: bool) {
        if self.random.chance(2) {
            self.path();
            self.put(":");
        }
        self.call(WORDS);
        self.end(last);
    }

    fn labels(&mut self, last: bool) {
        self.put("labels");
        for index in 0..1 + self.random.below(12) {
            if index > 0 {
                self.put(",");
            }
            while self.random.chance(4) {
                self.any(PLAIN);
                self.put("=");
            }
            let values = if self.random.chance(3) { TEXTS } else { &["a", "b_c", "5", "crate::Topic", "type"] };
            self.any(values);
        }
        self.end(last);
    }

    fn given(&mut self, last: bool) {
        self.put("given");
        self.any(PLAIN);
        self.put(":");
        self.call(&["position", "features"]);
        self.end(last);
    }

    fn objective(&mut self, last: bool) {
        self.any(&["loss", "decode"]);
        self.call(&["cross_entropy", "mse", "top_k", "threshold", "span"]);
        self.end(last);
    }

    fn call(&mut self, words: &[&str]) {
        self.any(words);
        for index in 0..self.random.below(4) {
            if index > 0 {
                self.put(",");
            }
            if self.random.chance(3) {
                self.any(&["bias", "eps", "weight", "class_weights"]);
                self.put("=");
            }
            self.value(2);
        }
    }

    fn value(&mut self, depth: usize) {
        match self.random.below(8) {
            0 => self.any(TEXTS),
            1 if depth > 0 => self.list(depth),
            2 | 3 => {
                if self.random.chance(2) {
                    self.expression(2);
                }
                self.put("->");
                self.expression(2);
            }
            4 => {
                self.expression(1);
                self.put("..");
                if self.random.chance(2) {
                    self.expression(1);
                }
            }
            _ => self.expression(3),
        }
    }

    fn list(&mut self, depth: usize) {
        self.put("[");
        for index in 0..self.random.below(4) {
            if index > 0 {
                self.put(",");
            }
            match self.random.below(3) {
                0 => self.any(TEXTS),
                1 if depth > 1 => self.list(depth - 1),
                _ => self.expression(1),
            }
        }
        self.put("]");
    }

    fn expression(&mut self, depth: usize) {
        match self.random.below(5) {
            0 if depth > 0 => {
                self.expression(depth - 1);
                self.any(&["+", "-", "*", "/"]);
                self.expression(depth - 1);
            }
            1 if depth > 0 => {
                if self.random.chance(2) {
                    self.put("-");
                }
                self.put("(");
                self.expression(depth - 1);
                self.put(")");
            }
            2 => self.any(PLAIN),
            3 if depth > 0 => {
                self.put("-");
                self.any(NUMBERS);
            }
            _ => self.any(NUMBERS),
        }
    }
}

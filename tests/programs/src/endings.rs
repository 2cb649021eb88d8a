//! How a pipeline ends: its last layers, its output, its loss and its decode.

use crate::declarations::Kind;
use crate::draft::Draft;
use crate::value::{Axis, Place, Value};

/// A way to end.
struct Ending {
    places: &'static [Place],
    /// Whether it chooses from a set.
    labels: bool,
    write: fn(&mut Draft, &Value),
}

use Place::{Choice, Layer, Pair, Step, Text, Token};

const ENDINGS: &[Ending] = &[
    Ending { places: &[Text, Choice, Token, Pair], labels: true, write: Draft::classify },
    Ending { places: &[Text, Choice, Token], labels: true, write: Draft::label_each },
    Ending { places: &[Text], labels: true, write: Draft::rank },
    Ending { places: &[Token], labels: true, write: Draft::chain },
    Ending { places: &[Text, Token], labels: true, write: Draft::distribute },
    Ending { places: &[Token], labels: false, write: Draft::entities },
    Ending { places: &[Token], labels: false, write: Draft::words_of_the_vocabulary },
    Ending { places: &[Token], labels: false, write: Draft::span },
    Ending { places: &[Choice, Token], labels: false, write: Draft::point },
    Ending { places: &[Text, Choice, Token], labels: false, write: Draft::yes_or_no },
    Ending { places: &[Text, Choice, Token, Step], labels: false, write: Draft::measure },
    Ending { places: &[Text], labels: false, write: Draft::compare },
    Ending { places: &[Pair], labels: false, write: Draft::tree },
    Ending { places: &[Text, Choice, Token, Pair, Step, Layer], labels: false, write: Draft::without_a_loss },
    Ending { places: &[Text, Choice, Token, Pair, Step, Layer], labels: false, write: Draft::parts },
];

impl Draft {
    /// Ends the pipeline of a value.
    pub(crate) fn ending(&mut self, value: Value) {
        let mut value = value;
        if value.features.is_none() || (self.must_label() && matches!(value.place(), Step | Layer)) {
            value = self.made_fit(&value);
        }
        let must_label = self.must_label();
        let fitting: Vec<&Ending> =
            ENDINGS.iter().filter(|ending| ending.places.contains(&value.place()) && (ending.labels || !must_label)).collect();
        (self.random.one(&fitting).write)(self, &value);
    }

    /// Whether a set was declared that no pipeline chooses from, and this is the last one.
    fn must_label(&self) -> bool {
        self.left == 1 && self.sets.iter().any(|set| !set.used)
    }

    /// A value of texts, tokens or pairs, with features.
    fn made_fit(&mut self, value: &Value) -> Value {
        let value = if value.layers().is_some() { self.without_layers(value) } else { value.clone() };
        if value.place() != Step {
            return value;
        }
        self.pool();
        value.replacing(Axis::Step, None)
    }

    /// The set that the pipeline chooses from: one that waits to be used, an older one, or a new one.
    fn set(&mut self) -> usize {
        let waiting = self.sets.iter().position(|set| !set.used);
        let any = self.sets.iter().position(|set| set.kind != Kind::Runs);
        let set = match (waiting, any) {
            (Some(waiting), _) => waiting,
            (None, Some(any)) if self.random.once_in(3) => any,
            _ => self.new_set(),
        };
        self.sets[set].used = true;
        set
    }

    /// `linear -> labels`, and how many they are.
    fn label_scores(&mut self, value: &Value) -> usize {
        let set = self.set();
        let (name, count) = (self.sets[set].name().to_owned(), self.sets[set].count);
        let is_adopted = self.pipelines == 1 && self.sets.len() == 1 && self.sets[set].kind != Kind::Own && self.random.once_in(8);
        let size = if is_adopted { count.to_string() } else { name };
        self.linear_as(value, &size);
        count
    }

    /// `linear -> labels`, or where no set waits a size without names.
    fn class_scores(&mut self, value: &Value) -> usize {
        match self.classes() {
            Some(count) => self.linear_to(value, count).features.unwrap_or(count),
            None => self.label_scores(value),
        }
    }

    /// `linear -> labels`, or where no set waits a number: as many as are known without the encoder.
    fn known_class_scores(&mut self, value: &Value) -> usize {
        let Some(count) = self.classes() else { return self.label_scores(value) };
        self.linear_as(value, &count.to_string());
        count
    }

    /// A number of classes without names, now and then.
    fn classes(&mut self) -> Option<usize> {
        (self.sets.iter().all(|set| set.used) && self.random.once_in(4)).then(|| self.random.between(2, 7))
    }

    /// `linear -> 1; squeeze;`
    fn squeezed(&mut self, value: &Value) -> Value {
        self.linear_to(value, 1);
        self.layer("squeeze", &[], Vec::new());
        value.squeezed()
    }

    /// `output NAME;`, which a lone pipeline may do without.
    fn output(&mut self) {
        if self.pipelines == 1 && self.random.once_in(2) {
            return;
        }
        crate::head::docs(&mut self.page, &mut self.random);
        let name = self.names.word(&mut self.random, "outputs");
        self.page.words("output");
        self.page.put(name);
        self.end();
    }

    /// The output, the loss and the decode, in any order.
    fn finish(&mut self, loss: impl FnOnce(&mut Self), decode: impl FnOnce(&mut Self)) {
        let (is_named_last, is_read_first) = (self.random.once_in(6), self.random.once_in(4));
        if !is_named_last {
            self.output();
        }
        if is_read_first {
            decode(self);
            loss(self);
        } else {
            loss(self);
            decode(self);
        }
        if is_named_last {
            self.output();
        }
    }

    fn classify(&mut self, value: &Value) {
        let count = self.class_scores(value);
        self.finish(|draft| draft.chosen(Some(count)), |draft| draft.maybe(|draft| draft.decode("argmax", &[])));
    }

    fn label_each(&mut self, value: &Value) {
        let count = self.known_class_scores(value);
        self.finish(|draft| draft.bce(count), |draft| draft.maybe(Self::threshold));
    }

    fn rank(&mut self, value: &Value) {
        let set = self.set();
        if self.sets[set].kind == Kind::Own {
            return self.classify_by(value, set);
        }
        let (name, count) = (self.sets[set].name().to_owned(), self.sets[set].count);
        let size = if self.random.once_in(2) { format!("{name} - 1") } else { format!("( {name} + 1 ) - 2") };
        match count {
            1 => self.classify_by(value, set),
            _ => {
                self.linear_as(value, &size);
                self.finish(|draft| draft.loss("ordinal", Vec::new()), |draft| draft.maybe(|draft| draft.decode("rank", &[])));
            }
        }
    }

    fn classify_by(&mut self, value: &Value, set: usize) {
        let (name, count) = (self.sets[set].name().to_owned(), self.sets[set].count);
        self.linear_as(value, &name);
        self.finish(|draft| draft.chosen(Some(count)), |_| ());
    }

    fn chain(&mut self, value: &Value) {
        self.label_scores(value);
        self.layer("crf", &[], Vec::new());
        self.finish(|draft| draft.loss("crf", Vec::new()), |draft| draft.maybe(|draft| draft.decode("viterbi", &[])));
    }

    fn distribute(&mut self, value: &Value) {
        self.class_scores(value);
        self.finish(|draft| draft.loss("kl", Vec::new()), |draft| draft.maybe(|draft| draft.decode("argmax", &[])));
    }

    fn entities(&mut self, value: &Value) {
        let set = self.new_set_of(Kind::Runs);
        self.sets[set].used = true;
        let (name, count) = (self.sets[set].name().to_owned(), self.sets[set].count);
        self.linear_as(value, &name);
        if self.random.once_in(3) {
            self.layer("crf", &[], Vec::new());
            return self.finish(|draft| draft.loss("crf", Vec::new()), |draft| draft.maybe(|draft| draft.decode("viterbi", &[])));
        }
        self.finish(|draft| draft.chosen(Some(count)), |draft| draft.maybe(Self::runs));
    }

    fn words_of_the_vocabulary(&mut self, value: &Value) {
        self.vocabulary(value);
        self.finish(|draft| draft.chosen(None), |draft| draft.maybe(Self::top_k));
    }

    fn span(&mut self, value: &Value) {
        self.linear_to(value, 2);
        self.split(2);
        self.loss("span", Vec::new());
        self.maybe(|draft| draft.answers(value.has(Axis::Token)));
    }

    fn point(&mut self, value: &Value) {
        self.squeezed(value);
        self.finish(|draft| draft.loss("cross_entropy", Vec::new()), |draft| draft.maybe(|draft| draft.decode("argmax", &[])));
    }

    fn yes_or_no(&mut self, value: &Value) {
        self.squeezed(value);
        self.finish(|draft| draft.bce(1), |draft| draft.maybe(|draft| draft.decode("value", &[])));
    }

    fn measure(&mut self, value: &Value) {
        if self.random.once_in(2) {
            self.squeezed(value);
        }
        self.finish(Self::distance, |draft| draft.maybe(|draft| draft.decode("value", &[])));
    }

    fn compare(&mut self, _value: &Value) {
        if self.random.once_in(2) {
            self.layer("normalize", &[], Vec::new());
        }
        self.finish(Self::likeness, |draft| draft.maybe(|draft| draft.decode("embedding", &[])));
    }

    fn tree(&mut self, value: &Value) {
        self.squeezed(value);
        self.finish(|draft| draft.loss("tree", Vec::new()), |draft| draft.maybe(|draft| draft.decode("tree", &[])));
    }

    fn without_a_loss(&mut self, value: &Value) {
        let word = *self.random.one(&["", "embedding", "value", "argmax", "threshold"]);
        if word == "threshold" {
            self.known_class_scores(value);
        }
        self.output();
        match word {
            "" => {}
            "threshold" => self.threshold(),
            word => self.decode(word, &[]),
        }
    }

    fn parts(&mut self, value: &Value) {
        let count = self.random.between(2, 4);
        self.linear_to(value, count);
        self.split(count);
    }

    /// `split a, b, ..`
    fn split(&mut self, count: usize) {
        let names: Vec<String> = (0..count).map(|_| self.names.word(&mut self.random, "outputs")).collect();
        self.layer("split", &names, Vec::new());
    }

    fn maybe(&mut self, write: impl FnOnce(&mut Self)) {
        if self.random.once_in(2) {
            write(self);
        }
    }
}

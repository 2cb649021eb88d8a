//! Losses with their arguments.

use crate::draft::Draft;

impl Draft {
    /// `loss KIND`, with its arguments or some of them, and a weight or none.
    pub(crate) fn loss(&mut self, word: &str, mut keys: Vec<String>) {
        self.page.put("loss");
        keys.push(format!("weight = {}", self.random.one(&["0.5", "2", "1.0", "1e-1"])));
        self.call(word, &[], keys);
        self.end();
    }

    /// A loss by which one of several is right.
    pub(crate) fn chosen(&mut self, labels: Option<usize>) {
        let weights: Vec<String> = labels.map(|labels| self.weights("class_weights", labels)).into_iter().collect();
        if self.random.once_in(3) {
            let gamma = format!("gamma = {}", self.random.one(&["2", "0", "1.5"]));
            return self.loss("focal", weights.into_iter().chain([gamma]).collect());
        }
        let ignore = format!("ignore = {}", self.random.one(&["- 100", "- 1", "-100"]));
        let smoothing = format!("smoothing = {}", self.random.one(&["0.1", "0", "0.25"]));
        self.loss("cross_entropy", weights.into_iter().chain([ignore, smoothing]).collect());
    }

    /// A loss by which each label is right or wrong on its own.
    pub(crate) fn bce(&mut self, labels: usize) {
        let weights = self.weights("pos_weight", labels);
        self.loss("bce", vec![weights]);
    }

    /// A loss on numbers.
    pub(crate) fn distance(&mut self) {
        match self.random.below(3) {
            0 => self.loss("mse", Vec::new()),
            1 => self.loss("l1", Vec::new()),
            _ => self.loss("huber", vec!["delta = 0.5".to_owned()]),
        }
    }

    /// A loss on texts that belong together.
    pub(crate) fn likeness(&mut self) {
        match self.random.below(3) {
            0 => self.loss("ranking", vec!["scale = 10".to_owned()]),
            1 => self.loss("cosine", Vec::new()),
            _ => self.loss("triplet", vec!["margin = 0.5".to_owned()]),
        }
    }

    fn weights(&mut self, key: &str, labels: usize) -> String {
        let weights: Vec<&str> = (0..labels).map(|_| *self.random.one(&["1", "0.5", "2.0", "4"])).collect();
        format!("{key} = [ {} ]", weights.join(" , "))
    }
}

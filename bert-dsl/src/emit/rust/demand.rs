//! What the head asks of the encoder.

use super::Expansion;
use crate::emit::{Fragment, quote};
use crate::ir::{LayersRead, Row, Rows, RowsRead, Source, SourceUse};

impl Expansion<'_> {
    pub(super) fn demand(&self) -> Fragment {
        let parts = self.head.sources.iter().map(|source| self.source_demand(source));
        let selections = self.head.selections();
        let kept = selections.iter().map(|rows| self.rows_read(rows));
        let sources = quote!(p::Demand::of(p::Vec::from([#(#parts),*])));
        match selections.is_empty() {
            true => sources,
            false => quote!(#sources.with_selections(p::Vec::from([#(#kept),*]))),
        }
    }

    /// Whether other rows are read for a loss than for a prediction.
    pub(super) fn depends_on_purpose(&self) -> bool {
        let selections = self.head.selections();
        !self.head.sources.iter().map(|source| &source.rows).chain(selections).all(is_always)
    }

    /// What a source reads; the pooled vector of the head's own pooler is made of the first token.
    pub(super) fn source(used: &SourceUse) -> Fragment {
        match used.source {
            Source::Pooled if used.fresh => quote!(p::Source::Cls),
            Source::Pooled => quote!(p::Source::Pooled),
            Source::Cls => quote!(p::Source::Cls),
            Source::Tokens => quote!(p::Source::Tokens),
            Source::Words => quote!(p::Source::Words(p::Pieces::First)),
            Source::WordsMean => quote!(p::Source::Words(p::Pieces::Mean)),
            Source::Layers => quote!(p::Source::Layers),
        }
    }

    fn source_demand(&self, used: &SourceUse) -> Fragment {
        let source = Self::source(used);
        let rows = self.rows_read(&used.rows);
        match &used.layers {
            LayersRead::All => quote!(p::SourceDemand::new(#source, #rows)),
            LayersRead::Taken(taken) => {
                let taken = taken.iter().map(|take| take.made());
                let layers = quote!(p::LayerChoice::Taken(p::Vec::from([#(#taken),*])));
                quote!(p::SourceDemand { source: #source, layers: #layers, rows: #rows })
            }
        }
    }

    fn rows_read(&self, read: &RowsRead) -> Fragment {
        let [forward, predict, loss] = [&read.forward, &read.predict, &read.loss].map(|rows| self.rows(rows));
        if is_always(read) {
            return forward;
        }
        let targets = if names_targets(&read.loss) { quote!(targets) } else { quote!(_) };
        quote! {
            match purpose {
                p::Purpose::Forward => #forward,
                p::Purpose::Predict => #predict,
                p::Purpose::Loss(#targets) => #loss,
            }
        }
    }

    fn rows(&self, rows: &Rows) -> Fragment {
        let Rows::Some(rules) = rows else { return quote!(p::RowChoice::All) };
        let rules: Vec<Fragment> = rules.iter().map(|row| self.row_choice(row)).collect();
        match rules.as_slice() {
            [one] => one.clone(),
            several => quote!(p::RowChoice::Union(p::Vec::from([#(#several),*]))),
        }
    }

    /// The rows that one rule names; of those with a target, in a place that knows `targets`.
    fn row_choice(&self, row: &Row) -> Fragment {
        match row {
            Row::First => quote!(p::RowChoice::First),
            Row::Last => quote!(p::RowChoice::Last),
            Row::At(name) => quote!(p::RowChoice::Position(p::String::from(#name))),
            Row::Masked => quote!(p::RowChoice::Masked),
            Row::Labelled(target) => quote!(p::labelled(targets, #target)),
        }
    }
}

fn is_always(read: &RowsRead) -> bool {
    read.predict == read.forward && read.loss == read.forward
}

fn names_targets(rows: &Rows) -> bool {
    match rows {
        Rows::All => false,
        Rows::Some(rules) => rules.iter().any(|row| matches!(row, Row::Labelled(_))),
    }
}

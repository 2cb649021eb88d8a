//! Every visibility that an item can have.

mod inner {
    pub(super) mod deep {
        brt::head! {
            crate = ::brt;

            pub(super) head Above { labels a, b; input pooled; linear hidden -> labels; loss cross_entropy; }
            pub(in crate::visibility) head Within { labels a, b; input pooled; linear hidden -> labels; loss cross_entropy; }
            pub(crate) head Here { labels a, b; input pooled; linear hidden -> labels; loss cross_entropy; }
        }

        /// A derive in a nested module.
        #[derive(brt::BertHead)]
        #[head("labels a, b; input pooled; linear hidden -> labels; loss cross_entropy;", crate = ::brt)]
        pub(in crate::visibility) struct Derived;
    }

    pub(super) const fn above() -> &'static str {
        <deep::Above as brt::Task>::NAME
    }
}

brt::head! {
    crate = ::brt;

    head Private { labels a, b; input pooled; linear hidden -> labels; loss cross_entropy; }
}

/// The names of heads that only this module sees.
#[must_use]
pub fn names() -> Vec<&'static str> {
    const fn name<T: brt::Task>() -> &'static str {
        T::NAME
    }
    vec![inner::above(), name::<inner::deep::Within>(), name::<inner::deep::Here>(), name::<inner::deep::Derived>(), name::<Private>()]
}

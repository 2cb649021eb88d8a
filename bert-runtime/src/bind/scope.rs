//! A head as a field of several: its names have the field's in front.

use super::Binder;

impl Binder<'_> {
    /// Binds what has this scope in front of the names of its parameters and label sets. The encoder's own keep theirs: the pooler,
    /// and embeddings that an output is tied to.
    pub fn within<T>(&mut self, scope: &str, bind: impl FnOnce(&mut Self) -> T) -> T {
        let inner = self.scoped(scope);
        let outer = std::mem::replace(&mut self.scope, inner);
        let bound = bind(self);
        self.scope = outer;
        bound
    }

    /// A name with the scopes that it stands in.
    pub(super) fn scoped(&self, name: &str) -> String {
        if self.scope.is_empty() { name.to_owned() } else { format!("{}.{name}", self.scope) }
    }
}

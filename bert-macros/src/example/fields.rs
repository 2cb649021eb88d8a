//! What each field of an example is.

use bert_dsl::nearest;
use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned;
use syn::{Error, LitStr, Type};

/// A field: the column that it is read from, and what the task has of it.
pub(super) struct Field {
    pub ident: Ident,
    pub ty: Type,
    pub column: String,
    pub role: Role,
}

/// What a field is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    Text,
    First,
    Second,
    Words,
    Context,
    Choices,
    /// What the head is given by this name, and what its number counts.
    Given(String, Option<Unit>),
    /// The target of an output, or the only one.
    Target(Option<String>),
}

/// What the number of a position counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Token,
    Word,
    Char,
}

const KEYS: [&str; 12] = ["text", "first", "second", "words", "context", "choices", "given", "target", "column", "token", "word", "char"];

impl Role {
    fn named(word: &str) -> Option<Self> {
        match word {
            "text" => Some(Self::Text),
            "first" => Some(Self::First),
            "second" => Some(Self::Second),
            "words" => Some(Self::Words),
            "context" => Some(Self::Context),
            "choices" => Some(Self::Choices),
            "target" | "label" | "labels" => Some(Self::Target(None)),
            _ => None,
        }
    }

    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::First => "first",
            Self::Second => "second",
            Self::Words => "words",
            Self::Context => "context",
            Self::Choices => "choices",
            Self::Given(..) => "given",
            Self::Target(_) => "target",
        }
    }

    pub(super) fn is_text(&self) -> bool {
        !matches!(self, Self::Given(..) | Self::Target(_))
    }
}

impl Field {
    /// # Errors
    /// What is wrong with its attributes, and a field that is not said to be anything.
    pub(super) fn of(field: &syn::Field) -> syn::Result<Self> {
        let ident = field.ident.clone().ok_or_else(|| Error::new(field.span(), "a field has a name"))?;
        let name = ident.unraw().to_string();
        let mut said = Said { name: name.clone(), ..Said::default() };
        for attribute in field.attrs.iter().filter(|attribute| attribute.path().is_ident("example")) {
            attribute.parse_nested_meta(|meta| said.read(&meta))?;
        }
        let role = said.role.or_else(|| Role::named(&name));
        let what =
            format!("what is `{name}`? Write `#[example(text)]`, `words`, `first`, `second`, `choices`, `context`, `given` or `target`");
        let mut role = role.ok_or_else(|| Error::new(ident.span(), what))?;
        match (&mut role, said.unit) {
            (Role::Given(_, counts), Some((unit, _))) => *counts = Some(unit),
            (_, Some((_, span))) => return Err(Error::new(span, "only a position that is `given` counts tokens, words or characters")),
            (_, None) => {}
        }
        Ok(Self { ident, ty: field.ty.clone(), column: said.column.unwrap_or(name), role })
    }

    pub(super) fn fault(&self, message: &str) -> Error {
        Error::new(self.ident.span(), message)
    }
}

/// What the attributes of a field say.
#[derive(Default)]
struct Said {
    name: String,
    role: Option<Role>,
    column: Option<String>,
    unit: Option<(Unit, Span)>,
}

impl Said {
    fn read(&mut self, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        let key = meta.path.to_token_stream().to_string();
        let value = match meta.input.peek(syn::Token![=]) {
            true => Some(meta.value()?.parse::<LitStr>()?),
            false => None,
        };
        let unit = match key.as_str() {
            "token" => Some(Unit::Token),
            "word" => Some(Unit::Word),
            "char" => Some(Unit::Char),
            _ => None,
        };
        match (key.as_str(), &value) {
            ("column", Some(column)) => self.column = Some(column.value()),
            ("column", None) => return Err(meta.error("write the column's name, as in `column = \"sentence\"`")),
            ("given", _) => self.take(Role::Given(value.map_or_else(|| self.name.clone(), |name| name.value()), None), meta)?,
            ("target", _) => self.take(Role::Target(value.map(|name| name.value())), meta)?,
            (_, Some(value)) if KEYS.contains(&key.as_str()) => {
                return Err(Error::new(value.span(), format!("`{key}` has no value: take it away")));
            }
            (_, None) if unit.is_some() => self.unit = unit.map(|unit| (unit, meta.path.span())),
            ("text" | "first" | "second" | "words" | "context" | "choices", None) => {
                if let Some(role) = Role::named(&key) {
                    self.take(role, meta)?;
                }
            }
            _ => {
                let hint = nearest(&key, KEYS)
                    .map_or_else(|| format!("there are `{}`", KEYS.join("`, `")), |near| format!("did you mean `{near}`?"));
                return Err(meta.error(format!("a field of an example has no `{key}`: {hint}")));
            }
        }
        Ok(())
    }

    fn take(&mut self, role: Role, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
        match self.role.replace(role) {
            Some(before) => Err(meta.error(format!("the field is `{}` already: it is one thing", before.word()))),
            None => Ok(()),
        }
    }
}

//! `#[derive(BertHead)]`

use std::path::{Path, PathBuf};

use bert_dsl::rust_names::camel;
use bert_dsl::{Analysis, Bare, Outline, Places, Source, Span as Place, Target, check, expand as expand_head, nearest, stubs};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Fields, LitStr};

use crate::attribute::Said;
use crate::errors::{error, in_excerpt};
use crate::generated::read;
use crate::krate::usual;

pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(tokens) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let (said, fault) = Said::of(&input);
    let derive = Derive { name: input.ident.to_string(), input: &input, said: &said };
    match (unfit(&input), fault) {
        (Some(unfit), _) => {
            let span = input.ident.span();
            derive.refused(&error((span, span), &unfit))
        }
        (None, Some(fault)) => derive.refused(&fault.to_compile_error()),
        (None, None) => derive.expanded(),
    }
}

/// Why a type cannot be a task.
fn unfit(input: &DeriveInput) -> Option<String> {
    let is_unit = matches!(&input.data, Data::Struct(data) if matches!(data.fields, Fields::Unit));
    let name = input.ident.to_string();
    let wanted = camel(&name);
    if !is_unit {
        Some(format!("a task holds no data: derive `BertHead` on a unit struct, as in `struct {wanted};`"))
    } else if !input.generics.params.is_empty() {
        Some("a task has no parameters: take the generics away".to_owned())
    } else if wanted != name {
        Some(format!("the names of a head's types begin with this one, which is not written as a type's: call it `{wanted}`"))
    } else {
        None
    }
}

/// A type that derives a head.
struct Derive<'a> {
    name: String,
    input: &'a DeriveInput,
    said: &'a Said,
}

impl Derive<'_> {
    /// An error, and stubs where the type can have any.
    fn refused(&self, fault: &TokenStream) -> TokenStream {
        let stub = match self.input.generics.params.is_empty() {
            true => read(stubs(&self.outline(None), &self.target(&Derived::new(Source::new("", ""), self.input)))),
            false => TokenStream::new(),
        };
        quote!(#fault #stub)
    }

    fn expanded(&self) -> TokenStream {
        let (source, tracked) = match self.source() {
            Ok(read) => read,
            Err(fault) => return self.refused(&error((self.said.span(), self.said.span()), &fault)),
        };
        let analysis = check(&source, Bare::Named(&self.name));
        let errors: Vec<TokenStream> =
            analysis.diagnostics().iter().map(|diagnostic| in_excerpt(diagnostic, &source, self.said.span())).collect();
        let items = self.items(analysis, &Derived::new(source, self.input));
        quote!(#tracked #(#errors)* #items)
    }

    /// The source, and what makes the compiler read a file again when it changes.
    fn source(&self) -> Result<(Source, TokenStream), String> {
        match (&self.said.path, &self.said.text) {
            (Some(path), _) => in_file(&path.value()),
            (None, text) => Ok((Source::new("#[head]", text.as_ref().map(LitStr::value).unwrap_or_default()), TokenStream::new())),
        }
    }

    fn target<'p>(&self, places: &'p dyn Places) -> Target<'p> {
        let krate = self.said.krate.as_ref().map_or_else(usual, |path| path.to_token_stream().into());
        Target { krate, is_declared: true, visibility: self.input.vis.to_token_stream().into(), places, passes: self.said.passes() }
    }

    /// The head's items, or stubs of them where anything is wrong.
    fn items(&self, analysis: Analysis, places: &Derived) -> TokenStream {
        let outlines = analysis.outlines.clone();
        let names: Vec<&str> = outlines.iter().map(|outline| outline.name.as_str()).collect();
        let picked = self.picked(&names);
        let stub = || read(stubs(&self.outline(picked.and_then(|index| outlines.get(index))), &self.target(places)));
        match (analysis.heads(), picked) {
            (Ok(mut heads), Some(index)) if index < heads.len() => {
                let mut head = heads.swap_remove(index);
                head.name.clone_from(&self.name);
                read(expand_head(&head, &self.target(places)))
            }
            (Ok(_), _) => self.refused(&self.unpicked(&names)),
            (Err(_), _) => stub(),
        }
    }

    /// The head of this name, the only one, or the one that is called as the type is.
    fn picked(&self, names: &[&str]) -> Option<usize> {
        match (&self.said.name, names) {
            (Some(wanted), _) => names.iter().position(|name| *name == wanted.value()),
            (None, [_]) => Some(0),
            (None, _) => names.iter().position(|name| *name == self.name),
        }
    }

    fn unpicked(&self, names: &[&str]) -> TokenStream {
        let all = names.join("`, `");
        match &self.said.name {
            Some(wanted) => {
                let hint =
                    nearest(&wanted.value(), names.iter().copied()).map(|name| format!("; did you mean `{name}`?")).unwrap_or_default();
                error((wanted.span(), wanted.span()), &format!("no head is called `{}` here: there are `{all}`{hint}", wanted.value()))
            }
            None => {
                let span = self.said.span();
                error(
                    (span, span),
                    &format!("the heads `{all}` are here, and none is called `{}`: pick one with `name = \"..\"`", self.name),
                )
            }
        }
    }

    fn outline(&self, found: Option<&Outline>) -> Outline {
        let (sets, outputs) = found.map(|outline| (outline.sets.clone(), outline.outputs.clone())).unwrap_or_default();
        Outline { name: self.name.clone(), visibility: String::new(), sets, outputs }
    }
}

/// The source in a file whose path starts at the package's `Cargo.toml`.
fn in_file(path: &str) -> Result<(Source, TokenStream), String> {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    let file = root.join(Path::new(path));
    let source = bert_dsl::read(&file).map_err(|fault| unread(path, &file, &fault))?;
    let file = std::path::absolute(&file).unwrap_or(file);
    let tracked = file.to_str().map(|file| {
        quote!(
            const _: &str = ::core::include_str!(#file);
        )
    });
    Ok((Source::new(path, source.text()), tracked.unwrap_or_default()))
}

/// Why a file gives no source, in the words of the path as the user wrote it.
fn unread(path: &str, file: &Path, fault: &str) -> String {
    let shown = file.display().to_string();
    let rest = fault.strip_prefix(&shown).unwrap_or(fault).trim_start();
    let hint = match file.exists() {
        true => String::new(),
        false => format!("\nhelp: {}", nearby(path, file)),
    };
    format!("`{path}` {rest}{hint}")
}

/// What a path that leads nowhere may have meant.
fn nearby(path: &str, file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let beside: Vec<String> = file
        .parent()
        .and_then(|folder| folder.read_dir().ok())
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    match nearest(&name, beside.iter().map(String::as_str)) {
        Some(found) => format!("did you mean `{}`?", Path::new(path).with_file_name(found).display()),
        None => "a path starts at the package's `Cargo.toml`".to_owned(),
    }
}

/// The places of a head in a string or file: its own lines, and the derived type for rustc.
struct Derived {
    source: Source,
    span: Span,
}

impl Derived {
    fn new(source: Source, input: &DeriveInput) -> Self {
        Self { source, span: input.ident.span() }
    }
}

impl Places for Derived {
    fn line(&self, place: Place) -> u32 {
        self.source.position(place.start).line
    }

    fn rust(&self, _place: Place) -> Span {
        self.span
    }
}

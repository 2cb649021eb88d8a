//! `vocab.txt`: one token a line, numbered from 0.

use std::collections::HashMap;
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::error::{Error, ErrorKind, Result};
use crate::text::files::read_limited;
use crate::text::special::Settings;

/// The `tokenizer.json` that a `vocab.txt` and the settings beside it stand for.
pub(super) fn to_tokenizer_json(vocab: &Path, bytes: &[u8], settings: &Settings) -> Result<Value> {
    let fault = |what: String| Error::new(ErrorKind::Tokenizer, format!("{}: {what}", vocab.display()));
    let tokens = parse(bytes).map_err(fault)?;
    refuse_unsupported(settings)?;
    let id = |role: &str| {
        let name = settings.token(role);
        let id = tokens.get(&name).copied();
        id.map(|id| (name.clone(), id))
            .ok_or_else(|| fault(format!("no line says `{name}`, the {role} token: is this the vocabulary of a BERT?")))
    };
    let (cls, sep, unk) = (id("cls")?, id("sep")?, id("unk")?);
    Ok(json!({
        "version": "1.0",
        "added_tokens": added_tokens(vocab, &tokens, settings)?,
        "normalizer": {
            "type": "BertNormalizer",
            "clean_text": true,
            "handle_chinese_chars": settings.switch("tokenize_chinese_chars")?.unwrap_or(true),
            "strip_accents": settings.switch("strip_accents")?,
            "lowercase": settings.switch("do_lower_case")?.unwrap_or(true),
        },
        "pre_tokenizer": { "type": "BertPreTokenizer" },
        "post_processor": { "type": "BertProcessing", "sep": [sep.0, sep.1], "cls": [cls.0, cls.1] },
        "decoder": { "type": "WordPiece", "prefix": "##", "cleanup": true },
        "model": {
            "type": "WordPiece",
            "unk_token": unk.0,
            "continuing_subword_prefix": "##",
            "max_input_chars_per_word": 100,
            "vocab": tokens,
        },
    }))
}

/// The tokens with their numbers.
fn parse(bytes: &[u8]) -> Result<HashMap<String, u32>, String> {
    if bytes.starts_with(b"\xef\xbb\xbf") {
        return Err("starts with a byte order mark, which would become a part of the first token: save it as UTF-8 without one".into());
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = 1 + bytes[..error.valid_up_to()].iter().filter(|&&byte| byte == b'\n').count();
        format!("line {line} is not UTF-8 (byte {})", error.valid_up_to())
    })?;
    let mut tokens = HashMap::new();
    for (number, line) in text.strip_suffix('\n').unwrap_or(text).split('\n').enumerate() {
        let token = line.strip_suffix('\r').unwrap_or(line);
        if token.is_empty() {
            return Err(format!("line {} is blank: every line is a token, and its number is its place", number + 1));
        }
        let id = u32::try_from(number).map_err(|_| "has more than 2^32 lines".to_owned())?;
        if let Some(before) = tokens.insert(token.to_owned(), id) {
            return Err(format!("`{token}` stands on line {} and again on line {}", before + 1, number + 1));
        }
    }
    Ok(tokens)
}

fn refuse_unsupported(settings: &Settings) -> Result<()> {
    let fault = |what: &str| {
        Err(Error::new(
            ErrorKind::Tokenizer,
            format!("tokenizer_config.json: {what}; save the tokenizer as tokenizer.json with transformers"),
        ))
    };
    if settings.switch("do_basic_tokenize")? == Some(false) {
        return fault("`do_basic_tokenize` is false, which a vocab.txt alone is not read with");
    }
    if settings.has_items("never_split") {
        return fault("`never_split` lists tokens, which a vocab.txt alone is not read with");
    }
    Ok(())
}

/// The special tokens, which are found in a text as they stand, and those of `added_tokens.json`.
fn added_tokens(vocab: &Path, tokens: &HashMap<String, u32>, settings: &Settings) -> Result<Vec<Value>> {
    let entry = |content: &str, id: u64, special: bool| json!({ "id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": special });
    let names = ["pad", "unk", "cls", "sep", "mask"].map(|role| settings.token(role));
    let mut special: Vec<_> = names.iter().filter_map(|name| tokens.get(name).map(|&id| (u64::from(id), name.clone(), true))).collect();
    let more = vocab.with_file_name("added_tokens.json");
    if let Some(bytes) = read_limited(&more, 16 << 20)? {
        let fault = |what: String| Error::new(ErrorKind::Tokenizer, format!("{}: {what}", more.display()));
        let added: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|error| fault(format!("not a JSON object: {error}")))?;
        for (content, id) in added.into_iter().filter(|(content, _)| !names.contains(content)) {
            let id = id.as_u64().ok_or_else(|| fault(format!("`{content}` has no number")))?;
            special.push((id, content, false));
        }
    }
    special.sort();
    Ok(special.iter().map(|(id, content, special)| entry(content, *id, *special)).collect())
}

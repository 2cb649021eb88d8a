//! The pickle machine, as far as files of tensors need it.
//!
//! Objects live in one list and refer to each other by their place in it, so that sharing costs nothing, nesting needs no
//! recursion, and memory is bounded by the length of the pickle. Opcodes are those of Python's `pickletools`.

use std::collections::HashMap;

use super::tensors;

/// The place of an object.
pub(super) type Id = usize;

/// What is wrong with a pickle.
pub(super) type Fault = String;

/// The most objects that a pickle may make; a large BERT makes some ten thousand.
const MAX_OBJECTS: usize = 1 << 20;

/// An object that a pickle made.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Object {
    Mark,
    None,
    Bool(bool),
    Int(i64),
    Float,
    Text(String),
    Global(String),
    Tuple(Vec<Id>),
    List(Vec<Id>),
    Dict(Vec<(Id, Id)>),
    /// A persistent load: a storage, described by this object.
    Storage(Id),
    /// A tensor, described by these arguments of `_rebuild_tensor_v2`.
    Tensor(Id),
}

/// All objects of a pickle.
pub(super) struct Objects(Vec<Object>);

impl Objects {
    pub(super) fn get(&self, id: Id) -> Result<&Object, Fault> {
        self.0.get(id).ok_or_else(|| "it refers to an object that is not there".to_owned())
    }

    pub(super) fn tuple(&self, id: Id) -> Result<&[Id], Fault> {
        match self.get(id)? {
            Object::Tuple(items) => Ok(items),
            _ => Err("a tuple is expected where there is none".to_owned()),
        }
    }
}

/// Runs a pickle and gives its objects and the one that it is about.
pub(super) fn run(pickle: &[u8]) -> Result<(Objects, Id), Fault> {
    let mut machine = Machine { rest: pickle, objects: Objects(Vec::new()), stack: Vec::new(), memo: HashMap::new() };
    while machine.step()? {}
    let top = machine.pop()?;
    Ok((machine.objects, top))
}

struct Machine<'a> {
    rest: &'a [u8],
    objects: Objects,
    stack: Vec<Id>,
    memo: HashMap<u32, Id>,
}

impl<'a> Machine<'a> {
    /// Does one opcode, and says whether there are more.
    fn step(&mut self) -> Result<bool, Fault> {
        let code = self.byte()?;
        match code {
            b'.' => return Ok(false),
            0x80 => self.take(1).map(|_| ())?,
            0x95 => self.take(8).map(|_| ())?,
            b'(' => self.push(Object::Mark)?,
            b'N' => self.push(Object::None)?,
            0x88 => self.push(Object::Bool(true))?,
            0x89 => self.push(Object::Bool(false))?,
            b'K' | b'M' | b'J' | 0x8a => self.integer(code)?,
            b'G' => self.take(8).and_then(|_| self.push(Object::Float))?,
            b'X' | 0x8c => self.text(code)?,
            b'c' | 0x93 => self.global(code)?,
            b')' => self.push(Object::Tuple(Vec::new()))?,
            b'}' => self.push(Object::Dict(Vec::new()))?,
            b']' => self.push(Object::List(Vec::new()))?,
            0x85..=0x87 => self.short_tuple(usize::from(code - 0x84))?,
            b't' => self.since_mark().and_then(|items| self.push(Object::Tuple(items)))?,
            b'd' => self.since_mark().and_then(pairs).and_then(|entries| self.push(Object::Dict(entries)))?,
            b's' | b'u' => self.set_items(code)?,
            b'a' | b'e' => self.append(code)?,
            b'q' | b'r' | 0x94 => self.put(code)?,
            b'h' | b'j' => self.recall(code)?,
            b'Q' => self.pop().and_then(|id| self.push(Object::Storage(id)))?,
            b'R' | 0x81 => self.reduce()?,
            b'b' => self.build()?,
            other => return Err(format!("its pickle has the opcode {other:#04x}, which tensors do not need")),
        }
        Ok(true)
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or("its pickle ends too early")?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        self.take(1).map(|bytes| bytes.first().copied().unwrap_or_default())
    }

    /// An unsigned number of so many little-endian bytes, at most 4.
    fn unsigned(&mut self, bytes: usize) -> Result<u32, Fault> {
        Ok(self.take(bytes)?.iter().rev().fold(0, |number, &byte| number << 8 | u32::from(byte)))
    }

    fn line(&mut self) -> Result<&'a str, Fault> {
        let end = self.rest.iter().position(|&byte| byte == b'\n').ok_or("its pickle ends too early")?;
        let line = self.take(end)?;
        self.take(1)?;
        utf8(line)
    }

    fn push(&mut self, object: Object) -> Result<(), Fault> {
        if self.objects.0.len() >= MAX_OBJECTS {
            return Err(format!("its pickle makes more than {MAX_OBJECTS} objects"));
        }
        self.stack.push(self.objects.0.len());
        self.objects.0.push(object);
        Ok(())
    }

    fn pop(&mut self) -> Result<Id, Fault> {
        self.stack.pop().ok_or_else(|| "its pickle takes from an empty stack".to_owned())
    }

    fn last(&mut self) -> Result<&mut Object, Fault> {
        let top = self.stack.last().and_then(|&id| self.objects.0.get_mut(id));
        top.ok_or_else(|| "its pickle takes from an empty stack".to_owned())
    }

    /// What was pushed since the last mark.
    fn since_mark(&mut self) -> Result<Vec<Id>, Fault> {
        let mark = self
            .stack
            .iter()
            .rposition(|&id| self.objects.0.get(id) == Some(&Object::Mark))
            .ok_or("its pickle has no mark where one is needed")?;
        let items = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(items)
    }

    fn integer(&mut self, code: u8) -> Result<(), Fault> {
        let number = match code {
            b'K' => self.unsigned(1)?.into(),
            b'M' => self.unsigned(2)?.into(),
            b'J' => i64::from(self.unsigned(4)? as i32),
            _ => self.long()?,
        };
        self.push(Object::Int(number))
    }

    /// A signed little-endian number with its length in front; 8 bytes are enough for any size.
    fn long(&mut self) -> Result<i64, Fault> {
        let length = usize::from(self.byte()?);
        let bytes = self.take(length)?;
        let Some(sign) = bytes.last().map(|byte| if byte & 0x80 == 0 { 0 } else { 0xff }) else { return Ok(0) };
        let mut wide = [sign; 8];
        wide.get_mut(..length).ok_or("its pickle has a number of more than 8 bytes")?.copy_from_slice(bytes);
        Ok(i64::from_le_bytes(wide))
    }

    fn text(&mut self, code: u8) -> Result<(), Fault> {
        let length = self.unsigned(if code == b'X' { 4 } else { 1 })?;
        let text = utf8(self.take(length as usize)?)?.to_owned();
        self.push(Object::Text(text))
    }

    fn global(&mut self, code: u8) -> Result<(), Fault> {
        let name = if code == b'c' {
            let module = self.line()?;
            format!("{module}.{}", self.line()?)
        } else {
            let (name, module) = (self.pop()?, self.pop()?);
            match (self.objects.get(module)?, self.objects.get(name)?) {
                (Object::Text(module), Object::Text(name)) => format!("{module}.{name}"),
                _ => return Err("its pickle names a class by something that is no text".to_owned()),
            }
        };
        self.push(Object::Global(name))
    }

    fn short_tuple(&mut self, length: usize) -> Result<(), Fault> {
        let start = self.stack.len().checked_sub(length).ok_or("its pickle takes from an empty stack")?;
        let items = self.stack.split_off(start);
        self.push(Object::Tuple(items))
    }

    fn set_items(&mut self, code: u8) -> Result<(), Fault> {
        let items = if code == b's' {
            let value = self.pop()?;
            vec![self.pop()?, value]
        } else {
            self.since_mark()?
        };
        let entries = pairs(items)?;
        match self.last()? {
            Object::Dict(dict) => dict.extend(entries),
            _ => return Err("its pickle sets a key of something that is no dict".to_owned()),
        }
        Ok(())
    }

    fn append(&mut self, code: u8) -> Result<(), Fault> {
        let items = if code == b'a' { vec![self.pop()?] } else { self.since_mark()? };
        match self.last()? {
            Object::List(list) => list.extend(items),
            _ => return Err("its pickle appends to something that is no list".to_owned()),
        }
        Ok(())
    }

    fn put(&mut self, code: u8) -> Result<(), Fault> {
        let key = match code {
            b'q' => self.unsigned(1)?,
            b'r' => self.unsigned(4)?,
            _ => self.memo.len() as u32,
        };
        let top = *self.stack.last().ok_or("its pickle takes from an empty stack")?;
        self.memo.insert(key, top);
        Ok(())
    }

    fn recall(&mut self, code: u8) -> Result<(), Fault> {
        let key = self.unsigned(if code == b'h' { 1 } else { 4 })?;
        let id = *self.memo.get(&key).ok_or("its pickle recalls what it never kept")?;
        if self.stack.len() >= MAX_OBJECTS {
            return Err(format!("its pickle stacks more than {MAX_OBJECTS} objects"));
        }
        self.stack.push(id);
        Ok(())
    }

    /// A call. Only those that describe tensors are known, and none is executed.
    fn reduce(&mut self) -> Result<(), Fault> {
        let (arguments, callable) = (self.pop()?, self.pop()?);
        let Object::Global(name) = self.objects.get(callable)? else {
            return Err("its pickle calls something that is no function".to_owned());
        };
        let object = tensors::call(name, arguments, &self.objects)?;
        self.push(object)
    }

    /// Sets the state of an object: of a dict, PyTorch's `_metadata`, which says nothing of tensors.
    fn build(&mut self) -> Result<(), Fault> {
        self.pop()?;
        match self.last()? {
            Object::Dict(_) => Ok(()),
            _ => Err("its pickle sets the state of something that is no dict of tensors".to_owned()),
        }
    }
}

fn pairs(items: Vec<Id>) -> Result<Vec<(Id, Id)>, Fault> {
    let (pairs, []) = items.as_chunks::<2>() else {
        return Err("its pickle has a key without a value".to_owned());
    };
    Ok(pairs.iter().map(|&[key, value]| (key, value)).collect())
}

fn utf8(bytes: &[u8]) -> Result<&str, Fault> {
    std::str::from_utf8(bytes).map_err(|_| "its pickle has a text that is not UTF-8".to_owned())
}

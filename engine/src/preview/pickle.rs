//! What a pickle says of tensors. Its instructions are read and nothing of what they call is: an object is the name of what
//! would make it, and what it would be made of.
//!
//! Values stand in one list and name one another by number, so that neither depth nor circles cost anything.

mod leaf;

use super::clip;
use super::describe::Why;
pub(super) use leaf::Leaf;
use std::collections::HashMap;

/// Values that a pickle may make.
const VALUES_MAX: usize = 1_000_000;
/// What is wrong, and where.
type Wrong = (Why, usize);

#[derive(Debug, PartialEq)]
enum Is {
    None,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    Tuple,
    List,
    Dict,
    /// The name of a class or function, with its module.
    Global(String),
    /// What stands elsewhere, by this value.
    Persistent(u32),
    /// What a function would make of values.
    Call(u32, u32),
    /// Something that no tensor is made of.
    Other,
}

#[derive(Debug)]
struct Node {
    is: Is,
    /// What is in it; of dictionaries and objects names and values in turn.
    items: Vec<u32>,
}

#[derive(Default)]
struct Machine {
    nodes: Vec<Node>,
    stack: Vec<u32>,
    marks: Vec<usize>,
    memo: HashMap<u64, u32>,
    /// Numbers in all lists of items.
    items: usize,
}

/// Tensors and other values in the order in which they stand there.
///
/// # Errors
/// What is no pickle, ends too early, or makes more than is looked at.
pub(super) fn leaves(bytes: &[u8]) -> Result<Vec<Leaf>, Wrong> {
    let mut machine = Machine::default();
    let top = machine.run(bytes)?;
    Ok(machine.leaves(top))
}

/// Reads the bytes of a pickle one behind the other.
struct Tape<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Tape<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], Wrong> {
        let end = self.at.checked_add(length);
        let part = end.and_then(|end| self.bytes.get(self.at..end));
        let part = part.ok_or((Why::Cut, self.bytes.len()))?;
        self.at += length;
        Ok(part)
    }

    fn number(&mut self, length: usize) -> Result<u64, Wrong> {
        let part = self.take(length)?;
        Ok(super::source::number(part, 0, length).unwrap_or(0))
    }

    /// A number, and so many bytes.
    fn counted(&mut self, length: usize) -> Result<&'a [u8], Wrong> {
        let count = self.number(length)?;
        self.take(usize::try_from(count).unwrap_or(usize::MAX))
    }

    fn line(&mut self) -> Result<&'a str, Wrong> {
        let rest = &self.bytes[self.at..];
        let length = memchr::memchr(b'\n', rest).ok_or((Why::Cut, self.bytes.len()))?;
        let line = std::str::from_utf8(&rest[..length]).map_err(|_| (Why::Syntax, self.at))?;
        self.at += length + 1;
        Ok(line)
    }
}

fn text(bytes: &[u8]) -> Is {
    Is::Text(clip(&String::from_utf8_lossy(bytes)))
}

impl Machine {
    fn run(&mut self, bytes: &[u8]) -> Result<u32, Wrong> {
        let mut tape = Tape { bytes, at: 0 };
        loop {
            let at = tape.at;
            let code = tape.take(1)?[0];
            if code == b'.' {
                return self.stack.pop().ok_or((Why::Syntax, at));
            }
            self.step(code, &mut tape)
                .map_err(|wrong| wrong.unwrap_or((Why::Syntax, at)))?;
            if self.nodes.len() + self.items + self.memo.len() > VALUES_MAX {
                return Err((Why::Bound, at));
            }
        }
    }

    /// One instruction. `None` as an error: it does not fit where it stands.
    fn step(&mut self, code: u8, tape: &mut Tape) -> Result<(), Option<Wrong>> {
        match code {
            // What says nothing of values: the protocol, a frame, a buffer that is not changed.
            0x80 => {
                tape.take(1)?;
            }
            0x95 => {
                tape.take(8)?;
            }
            0x98 => {}
            b'(' => self.marks.push(self.stack.len()),
            b'0' => {
                self.pop()?;
            }
            b'1' => {
                self.marked()?;
            }
            b'2' => {
                let last = *self.stack.last().ok_or(None)?;
                self.stack.push(last);
            }
            b'N' => self.push(Is::None),
            0x88 | 0x89 => self.push(Is::Bool(code == 0x88)),
            b'J' => {
                let number = tape.number(4)? as u32 as i32;
                self.push(Is::Int(number.into()));
            }
            b'K' => {
                let number = tape.number(1)?;
                self.push(Is::Int(number as i64));
            }
            b'M' => {
                let number = tape.number(2)?;
                self.push(Is::Int(number as i64));
            }
            b'I' | b'L' => {
                let line = tape.line()?;
                self.push(match line {
                    "00" => Is::Bool(false),
                    "01" => Is::Bool(true),
                    _ => line
                        .trim_end_matches('L')
                        .parse()
                        .map_or(Is::Other, Is::Int),
                });
            }
            0x8a => {
                let long = tape.counted(1)?;
                self.push(long_int(long));
            }
            0x8b => {
                let long = tape.counted(4)?;
                self.push(long_int(long));
            }
            b'F' => {
                let line = tape.line()?;
                self.push(line.parse().map_or(Is::Other, Is::Float));
            }
            b'G' => {
                let bits = tape.number(8)?.swap_bytes();
                self.push(Is::Float(f64::from_bits(bits)));
            }
            b'S' | b'V' => {
                let line = tape.line()?;
                self.push(text(line.trim_matches(['\'', '"']).as_bytes()));
            }
            b'T' | b'X' => {
                let bytes = tape.counted(4)?;
                self.push(text(bytes));
            }
            b'U' | 0x8c => {
                let bytes = tape.counted(1)?;
                self.push(text(bytes));
            }
            0x8d => {
                let bytes = tape.counted(8)?;
                self.push(text(bytes));
            }
            b'B' => self.other(tape.counted(4)?),
            b'C' => self.other(tape.counted(1)?),
            0x8e | 0x96 => self.other(tape.counted(8)?),
            0x97 => self.push(Is::Other),
            0x82 => self.other(tape.take(1)?),
            0x83 => self.other(tape.take(2)?),
            0x84 => self.other(tape.take(4)?),
            b')' => self.push(Is::Tuple),
            b']' | 0x8f => self.push(Is::List),
            b'}' => self.push(Is::Dict),
            b't' => {
                let items = self.marked()?;
                self.push_with(Is::Tuple, items);
            }
            b'l' | 0x91 => {
                let items = self.marked()?;
                self.push_with(Is::List, items);
            }
            b'd' => {
                let items = self.marked()?;
                self.push_with(Is::Dict, items);
            }
            0x85..=0x87 => {
                let count = usize::from(code - 0x84);
                let from = self.stack.len().checked_sub(count).ok_or(None)?;
                let items = self.stack.split_off(from);
                self.push_with(Is::Tuple, items);
            }
            b'a' => {
                let item = self.pop()?;
                self.fill(vec![item])?;
            }
            b'e' | b'u' | 0x90 => {
                let items = self.marked()?;
                self.fill(items)?;
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.fill(vec![key, value])?;
            }
            b'b' => {
                let state = self.pop()?;
                let nothing = self.add(Is::None, Vec::new());
                self.fill(vec![nothing, state])?;
            }
            b'c' => {
                let (module, name) = (tape.line()?, tape.line()?);
                self.push(Is::Global(clip(&format!("{module}.{name}"))));
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let name = format!("{}.{}", self.said(module), self.said(name));
                // The same two names can be put together again and again.
                self.items += name.len() / 16;
                self.push(Is::Global(clip(&name)));
            }
            b'P' => {
                let line = tape.line()?;
                let id = self.add(text(line.as_bytes()), Vec::new());
                self.push(Is::Persistent(id));
            }
            b'Q' => {
                let id = self.pop()?;
                self.push(Is::Persistent(id));
            }
            b'R' | 0x81 => {
                let (args, function) = (self.pop()?, self.pop()?);
                self.push(Is::Call(function, args));
            }
            0x92 => {
                let (_named, args, function) = (self.pop()?, self.pop()?, self.pop()?);
                self.push(Is::Call(function, args));
            }
            b'i' => {
                let (module, name) = (tape.line()?, tape.line()?);
                let items = self.marked()?;
                let function = self.add(Is::Global(clip(&format!("{module}.{name}"))), Vec::new());
                let args = self.add(Is::Tuple, items);
                self.push(Is::Call(function, args));
            }
            b'o' => {
                let mut items = self.marked()?;
                if items.is_empty() {
                    return Err(None);
                }
                let function = items.remove(0);
                let args = self.add(Is::Tuple, items);
                self.push(Is::Call(function, args));
            }
            b'p' | b'q' | b'r' | 0x94 => {
                let key = match code {
                    b'p' => tape.line()?.parse().map_err(|_| None)?,
                    b'q' => tape.number(1)?,
                    b'r' => tape.number(4)?,
                    _ => self.memo.len() as u64,
                };
                let last = *self.stack.last().ok_or(None)?;
                self.memo.insert(key, last);
            }
            b'g' | b'h' | b'j' => {
                let key = match code {
                    b'g' => tape.line()?.parse().map_err(|_| None)?,
                    b'h' => tape.number(1)?,
                    _ => tape.number(4)?,
                };
                let value = *self.memo.get(&key).ok_or(None)?;
                self.stack.push(value);
            }
            _ => return Err(None),
        }
        match self.stack.len() > VALUES_MAX || self.marks.len() > VALUES_MAX {
            true => Err(Some((Why::Bound, tape.at))),
            false => Ok(()),
        }
    }

    fn add(&mut self, is: Is, items: Vec<u32>) -> u32 {
        self.items += items.len();
        self.nodes.push(Node { is, items });
        (self.nodes.len() - 1) as u32
    }

    fn push_with(&mut self, is: Is, items: Vec<u32>) {
        let node = self.add(is, items);
        self.stack.push(node);
    }

    fn push(&mut self, is: Is) {
        self.push_with(is, Vec::new());
    }

    fn other(&mut self, _: &[u8]) {
        self.push(Is::Other);
    }

    fn pop(&mut self) -> Result<u32, Option<Wrong>> {
        // What stands before a mark belongs to somebody else.
        match self.marks.last() {
            Some(mark) if *mark >= self.stack.len() => Err(None),
            _ => self.stack.pop().ok_or(None),
        }
    }

    /// What stands behind the last mark.
    fn marked(&mut self) -> Result<Vec<u32>, Option<Wrong>> {
        let mark = self.marks.pop().filter(|mark| *mark <= self.stack.len());
        Ok(self.stack.split_off(mark.ok_or(None)?))
    }

    /// Puts items into what stands last.
    fn fill(&mut self, items: Vec<u32>) -> Result<(), Option<Wrong>> {
        let last = *self.stack.last().ok_or(None)?;
        self.items += items.len();
        self.nodes[last as usize].items.extend(items);
        Ok(())
    }

    fn is(&self, at: u32) -> &Is {
        &self.nodes[at as usize].is
    }

    /// A name, of a function or in a dictionary.
    fn said(&self, at: u32) -> String {
        match self.is(at) {
            Is::Text(text) | Is::Global(text) => text.clone(),
            Is::Int(number) => number.to_string(),
            _ => "?".to_owned(),
        }
    }
}

/// A number of any length, its little end first.
fn long_int(bytes: &[u8]) -> Is {
    if bytes.len() > 8 {
        return Is::Other;
    }
    let number = super::source::number(bytes, 0, bytes.len()).unwrap_or(0);
    let away = 64 - 8 * bytes.len() as u32;
    match away {
        64 => Is::Int(0),
        _ => Is::Int((number << away) as i64 >> away),
    }
}

#[cfg(test)]
pub(super) mod tests;

//! Bounds what reading one JSON body may take: values, and memory.
//!
//! The bytes of a body are bounded when it is received, but 3 bytes (`{},`) can become a kilobyte. So a scan of the text
//! estimates, from above, the tree that a parser would build, before there is one ([`scan`]). What is made out of the tree is
//! counted while it is made ([`take`]).

use std::cell::Cell;

use serde_json::{Map, Value};

use crate::json::Mismatch;

/// What an allocator may add to a block.
const BLOCK: usize = 32;
const VALUE: usize = size_of::<Value>();
const ENTRY: usize = size_of::<(String, Value)>() + 8;
/// The first node of an object has room for 11 members; a map that keeps their order has more for the few first ones.
const FIRST_MEMBER: usize =
    if size_of::<Map<String, Value>>() > size_of::<String>() { 14 * ENTRY + 200 } else { 11 * ENTRY };
const NODE: usize = 11;
/// The most memory for one byte of a tree: `{"":0},` has 7.
const WORST: usize = (FIRST_MEMBER + 3 * VALUE + BLOCK) / 6;
/// What a parser goes down to.
const DEPTH: usize = 128;

/// What a body may become.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// JSON values in it.
    pub(crate) values: usize,
    /// Bytes of memory, the body included.
    pub(crate) memory: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { values: 2_000_000, memory: 256 * 1024 * 1024 }
    }
}

/// The bound that a body is beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beyond {
    Values,
    Memory,
}

impl Bounds {
    /// How much memory is left for what is made of a text, when the largest part of it is a tree: all of it (`depth` 0), or an
    /// item of a list that is read item by item, which lies below so many lists and objects.
    pub(crate) fn left(self, text: &[u8], held: usize, depth: usize) -> Result<usize, Beyond> {
        let free = self.memory.checked_sub(held).ok_or(Beyond::Memory)?;
        let worst = text.len().saturating_mul(WORST);
        // Nearly all bodies are this small, and need not be looked at.
        let tree = if worst <= free / 4 && text.len() / 2 < self.values {
            worst
        } else {
            let scan = scan(text, depth);
            if scan.values > self.values {
                return Err(Beyond::Values);
            }
            scan.largest
        };
        free.checked_sub(tree).ok_or(Beyond::Memory)
    }
}

/// What a text has.
#[derive(Debug, Default)]
struct Scan {
    values: usize,
    /// The memory of the largest part, estimated from above.
    largest: usize,
}

/// A list or an object that is open.
#[derive(Default)]
struct Open {
    is_object: bool,
    children: usize,
}

/// Counts the values of a text and the memory of the trees of its parts. Text that is no JSON is counted as far as a parser
/// would come.
fn scan(text: &[u8], depth: usize) -> Scan {
    let mut scan = Scan { values: 1, largest: 0 };
    let mut open: Vec<Open> = Vec::new();
    let mut weight = VALUE;
    let mut is_first = false;
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        if byte.is_ascii_whitespace() {
            continue;
        }
        weight = weight.saturating_add(1);
        let closes = matches!(byte, b']' | b'}');
        if (is_first && !closes || *byte == b',')
            && let Some(parent) = open.last_mut()
        {
            scan.values = scan.values.saturating_add(1);
            parent.children = parent.children.saturating_add(1);
            weight = weight.saturating_add(child(parent));
        }
        is_first = false;
        match byte {
            b'"' => {
                let mut length = BLOCK;
                while let Some(byte) = bytes.next() {
                    match byte {
                        b'"' => break,
                        b'\\' => drop(bytes.next()),
                        _ => {}
                    }
                    length = length.saturating_add(1);
                }
                weight = weight.saturating_add(length);
            }
            b'[' | b'{' => {
                weight = weight.saturating_add(VALUE + BLOCK);
                open.push(Open { is_object: *byte == b'{', children: 0 });
                is_first = true;
                if open.len() > DEPTH {
                    break;
                }
            }
            b']' | b'}' => drop(open.pop()),
            _ => {}
        }
        let ends_part = open.len() < depth || open.len() == depth && *byte == b',';
        if depth > 0 && ends_part {
            scan.largest = scan.largest.max(weight);
            weight = VALUE;
        }
    }
    scan.largest = scan.largest.max(weight);
    scan
}

/// What one more child takes. A list grows by doubling, and both blocks are there while it is moved.
fn child(parent: &Open) -> usize {
    match (parent.is_object, parent.children) {
        (false, _) => 3 * VALUE,
        (true, 1) => FIRST_MEMBER,
        (true, children) if children <= NODE => 0,
        (true, children) if children == NODE + 1 => 2 * FIRST_MEMBER + BLOCK * 4,
        (true, _) => 4 * ENTRY,
    }
}

/// What is left while a body is read.
#[derive(Debug, Clone, Copy)]
struct Left {
    /// `None`: nothing is bounded.
    bytes: Option<usize>,
    /// Whether texts and values are counted that are only moved out of a tree: those of an item outlive its tree.
    moved: bool,
    is_over: bool,
}

thread_local! {
    static LEFT: Cell<Left> = const { Cell::new(Left { bytes: None, moved: false, is_over: false }) };
}

/// Puts back what was before, also after a panic.
struct Restore(Left);

impl Drop for Restore {
    fn drop(&mut self) {
        LEFT.set(self.0);
    }
}

/// Runs what makes values, which together may take so many bytes; an error when they were more.
pub(crate) fn within<T>(bytes: usize, moved: bool, make: impl FnOnce() -> T) -> Result<T, Beyond> {
    let _restore = Restore(LEFT.replace(Left { bytes: Some(bytes), moved, is_over: false }));
    let made = make();
    if LEFT.get().is_over { Err(Beyond::Memory) } else { Ok(made) }
}

/// Counts so many values of a type.
///
/// # Errors
///
/// When they are more than is left.
pub(crate) fn take<T>(count: usize) -> Result<(), Mismatch> {
    bytes(count.saturating_mul(size_of::<T>()))
}

/// Counts the entries of a map with values of a type.
pub(crate) fn take_map<T>(count: usize) -> Result<(), Mismatch> {
    let room = if count > NODE { count.saturating_mul(4) } else { 0 };
    if count == 0 { Ok(()) } else { take::<(String, T)>(room.saturating_add(NODE)) }
}

/// Counts a text that is moved.
pub(crate) fn take_text(text: &str) -> Result<(), Mismatch> {
    if LEFT.get().moved { bytes(text.len().saturating_add(BLOCK)) } else { Ok(()) }
}

/// Counts a value that is moved.
pub(crate) fn take_value(value: &Value) -> Result<(), Mismatch> {
    if LEFT.get().moved { bytes(weight(value)) } else { Ok(()) }
}

/// Counts bytes.
pub(crate) fn bytes(count: usize) -> Result<(), Mismatch> {
    let left = LEFT.get();
    let Some(before) = left.bytes else { return Ok(()) };
    let rest = before.checked_sub(count);
    LEFT.set(Left { bytes: Some(rest.unwrap_or_default()), is_over: left.is_over || rest.is_none(), ..left });
    match rest {
        Some(_) => Ok(()),
        None => Err(Mismatch::because("its values take more memory than is allowed".to_owned())),
    }
}

/// Runs what needs memory for as long as it runs.
pub(crate) fn for_a_while<T>(run: impl FnOnce() -> T) -> T {
    let before = LEFT.get().bytes;
    let result = run();
    LEFT.set(Left { bytes: before, ..LEFT.get() });
    result
}

fn weight(value: &Value) -> usize {
    let inside = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len().saturating_add(BLOCK),
        Value::Array(items) => {
            let items = items.iter().map(|item| weight(item).saturating_add(VALUE));
            items.fold(4 * VALUE, usize::saturating_add)
        }
        Value::Object(members) => {
            let mut parent = Open { is_object: true, children: 0 };
            let members = members.iter().map(|(name, member)| {
                parent.children = parent.children.saturating_add(1);
                weight(member).saturating_add(name.len()).saturating_add(BLOCK).saturating_add(child(&parent))
            });
            members.fold(0, usize::saturating_add)
        }
    };
    inside.saturating_add(VALUE)
}

/// A value out of a text that is not the body of a success, by the usual bounds; `None` where it is none.
pub(crate) fn parse(text: &[u8]) -> Option<Value> {
    Bounds::default().left(text, text.len(), 0).ok()?;
    serde_json::from_slice(text).ok()
}

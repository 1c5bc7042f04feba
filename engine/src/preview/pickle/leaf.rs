//! Tensors and plain values among what a pickle would make.

use super::{Is, Machine};
use crate::preview::clip;
use crate::preview::columns::short;
use crate::preview::describe::Row;
use crate::preview::npy::shape_text;

/// Tensors and other values that are listed.
const LEAVES_MAX: usize = 50_000;
/// Values that are looked at for them.
const VISITS_MAX: usize = 200_000;
/// How deep they may stand in one another.
const DEPTH_MAX: usize = 24;

/// A tensor, or another value that stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::preview) struct Leaf {
    name: String,
    is: String,
    shape: Option<Vec<u64>>,
    /// Bytes of a value, of a tensor of a known type.
    size: Option<u64>,
    value: String,
    /// Values of a tensor.
    pub(in crate::preview) values: Option<u64>,
}

impl Leaf {
    /// As a row: name, type, shape, bytes, value.
    pub(in crate::preview) fn row(&self) -> Row {
        let bytes = self.size.and_then(|size| self.values?.checked_mul(size));
        Row::of(vec![
            self.name.clone(),
            self.is.clone(),
            self.shape
                .as_deref()
                .map_or_else(String::new, |shape| clip(&shape_text(shape))),
            bytes.map_or_else(String::new, |bytes| bytes.to_string()),
            self.value.clone(),
        ])
    }
}

impl Machine {
    /// Tensors and other values of what stands last.
    pub(super) fn leaves(&self, top: u32) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        // What is next stands last.
        let mut todo = vec![(top, String::new(), 0)];
        let mut visits = 0;
        while let Some((at, name, depth)) = todo.pop() {
            visits += 1;
            if visits > VISITS_MAX || leaves.len() >= LEAVES_MAX {
                break;
            }
            if let Some(leaf) = self.leaf(at, &name) {
                leaves.push(leaf);
                continue;
            }
            let inside = self.inside(at);
            if depth >= DEPTH_MAX || todo.len() + inside.len() > VISITS_MAX {
                continue;
            }
            for (part, value) in inside.into_iter().rev() {
                let name = match (name.is_empty(), part.is_empty()) {
                    (_, true) => name.clone(),
                    (true, _) => part,
                    _ => clip(&format!("{name}.{part}")),
                };
                todo.push((value, name, depth + 1));
            }
        }
        leaves
    }

    /// Names and values of what is in a value.
    fn inside(&self, at: u32) -> Vec<(String, u32)> {
        let node = &self.nodes[at as usize];
        match &node.is {
            Is::Tuple | Is::List => {
                let items = node.items.iter().enumerate();
                items.map(|(at, value)| (at.to_string(), *value)).collect()
            }
            Is::Dict | Is::Call(..) => {
                let pairs = node.items.chunks_exact(2);
                let named = pairs.map(|pair| match self.is(pair[0]) {
                    // The state of an object has no name of its own.
                    Is::None => (String::new(), pair[1]),
                    _ => (self.said(pair[0]), pair[1]),
                });
                // Versions of layers, which PyTorch keeps beside their tensors.
                named.filter(|(name, _)| name != "_metadata").collect()
            }
            _ => Vec::new(),
        }
    }

    fn leaf(&self, at: u32, name: &str) -> Option<Leaf> {
        let plain = |is: &str, value: String| {
            Some(Leaf {
                name: name.to_owned(),
                is: is.to_owned(),
                shape: None,
                size: None,
                value,
                values: None,
            })
        };
        match self.is(at) {
            Is::Bool(value) => plain("bool", if *value { "True" } else { "False" }.to_owned()),
            Is::Int(value) => plain("int", value.to_string()),
            Is::Float(value) => plain("float", short(*value)),
            Is::Text(value) => plain("str", value.clone()),
            Is::None if !name.is_empty() => plain("None", String::new()),
            Is::Call(function, args) => match self.is(*function) {
                Is::Global(function) => self.tensor(name, function, *args),
                _ => None,
            },
            _ => None,
        }
    }

    /// The tensor that PyTorch would make.
    fn tensor(&self, name: &str, function: &str, args: u32) -> Option<Leaf> {
        let args = &self.nodes[args as usize].items;
        let function = function.strip_prefix("torch._utils.")?;
        if matches!(
            function,
            "_rebuild_parameter" | "_rebuild_parameter_with_state"
        ) {
            return self
                .leaf(*args.first()?, name)
                .filter(|leaf| leaf.shape.is_some());
        }
        if !function.starts_with("_rebuild_") {
            return None;
        }
        let Is::Persistent(storage) = self.is(*args.first()?) else {
            return None;
        };
        let storage = &self.nodes[*storage as usize].items;
        let dtype = args.get(6).filter(|_| function == "_rebuild_tensor_v3");
        let (is, size) = dtype_of(&self.said(*dtype.or(storage.get(1))?));
        let shape = &self.nodes[*args.get(2)? as usize].items;
        let axis = |at: &u32| match self.is(*at) {
            Is::Int(axis) => u64::try_from(*axis).ok(),
            _ => None,
        };
        let shape: Vec<u64> = shape.iter().take(64).map(axis).collect::<Option<_>>()?;
        let values = shape
            .iter()
            .fold(1, |all: u64, axis| all.saturating_mul(*axis));
        Some(Leaf {
            name: name.to_owned(),
            is,
            shape: Some(shape),
            size,
            value: String::new(),
            values: Some(values),
        })
    }
}

/// The type of a storage's values, `torch.FloatStorage` or `torch.float32`, and the bytes of one.
fn dtype_of(name: &str) -> (String, Option<u64>) {
    let name = name.rsplit('.').next().unwrap_or(name);
    let stem = name.strip_suffix("Storage").unwrap_or(name);
    let known = match stem {
        "Double" | "float64" => ("float64", 8),
        "Float" | "float32" => ("float32", 4),
        "Half" | "float16" => ("float16", 2),
        "BFloat16" | "bfloat16" => ("bfloat16", 2),
        "Long" | "int64" => ("int64", 8),
        "Int" | "int32" => ("int32", 4),
        "Short" | "int16" => ("int16", 2),
        "Char" | "int8" => ("int8", 1),
        "Byte" | "uint8" => ("uint8", 1),
        "Bool" | "bool" => ("bool", 1),
        "ComplexFloat" | "complex64" => ("complex64", 8),
        "ComplexDouble" | "complex128" => ("complex128", 16),
        other => return (other.to_owned(), None),
    };
    (known.0.to_owned(), Some(known.1))
}

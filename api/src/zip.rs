//! Versions as zips.

use serde::{Deserialize, Serialize};

/// Leads to the zip of a version: for a link, which can carry no header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ZipTicket {
    /// Used up by the first request, and void after [`crate::limits::TICKET_SECONDS`].
    pub ticket: String,
    /// Name of the zip.
    pub name: String,
    /// Bytes of the zip.
    pub bytes: u64,
    /// Files in it.
    pub files: u64,
    /// Where parts of its files end, in bytes of the zip: after mark number `i` of `n`, `files * i / n` files have come,
    /// rounded down. At most [`MARKS`], so that it tells the progress of any number of files.
    pub marks: Vec<u64>,
}

/// Most [`ZipTicket::marks`].
pub const MARKS: usize = 256;

impl ZipTicket {
    /// How many files have come whole with the first `bytes` of the zip, as exactly as the marks tell.
    pub fn files_done(&self, bytes: u64) -> u64 {
        let passed = self.marks.partition_point(|mark| *mark <= bytes) as u64;
        match self.marks.len() as u64 {
            0 => 0,
            all => self.files * passed / all,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assert_wire;

    #[test]
    fn a_ticket_is_exact() {
        let ticket = ZipTicket {
            ticket: "1f".into(),
            name: "iris-1.zip".into(),
            bytes: 9,
            files: 1,
            marks: vec![7],
        };
        assert_wire(
            &ticket,
            r#"{"ticket":"1f","name":"iris-1.zip","bytes":9,"files":1,"marks":[7]}"#,
        );
    }

    #[test]
    fn files_are_counted_by_the_marks() {
        let mut ticket = ZipTicket {
            ticket: String::new(),
            name: String::new(),
            bytes: 100,
            files: 1000,
            marks: vec![10, 40, 90],
        };
        for (bytes, files) in [(0, 0), (10, 333), (39, 333), (40, 666), (100, 1000)] {
            assert_eq!(ticket.files_done(bytes), files, "{bytes}");
        }
        (ticket.files, ticket.marks) = (0, Vec::new());
        assert_eq!(ticket.files_done(100), 0);
    }
}

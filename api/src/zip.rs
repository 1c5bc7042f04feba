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
        };
        assert_wire(
            &ticket,
            r#"{"ticket":"1f","name":"iris-1.zip","bytes":9,"files":1}"#,
        );
    }
}

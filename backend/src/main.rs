//! The command line of the backend.

fn main() {}

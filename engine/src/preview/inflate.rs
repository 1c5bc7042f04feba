//! Unpacking with a bound: what is compressed may become a thousand times as large.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// The first bytes of what is compressed as deflate does, at most `most`; fewer when the bytes do not reach. `None` when they
/// are damaged.
pub(super) fn inflate(bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut out = vec![0; most];
    let mut state = Box::<DecompressorOxide>::default();
    let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (status, _, written) = decompress(&mut state, bytes, &mut out, 0, flags);
    let whole = matches!(
        status,
        TINFLStatus::Done
            | TINFLStatus::HasMoreOutput
            | TINFLStatus::NeedsMoreInput
            | TINFLStatus::FailedCannotMakeProgress
    );
    out.truncate(written);
    whole.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_is_unpacked_than_was_asked_for() {
        let packed = miniz_oxide::deflate::compress_to_vec(&[7; 1 << 24], 9);
        assert_eq!(inflate(&packed, 10), Some(vec![7; 10]));
        let cut = inflate(&packed[..packed.len() / 2], 1 << 24).unwrap();
        assert!(cut.len() > 1 << 20 && cut.len() < 1 << 24);
        assert_eq!(inflate(&[0xFF; 10], 10), None);
    }
}

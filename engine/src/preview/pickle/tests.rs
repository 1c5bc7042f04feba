use super::*;
use crate::random::Random;

/// `{"state": OrderedDict(fc.weight=<float32 (2, 3)>), "epoch": 3, "lr": 0.5, "note": "<b>"}` as PyTorch pickles it.
pub(crate) fn checkpoint() -> Vec<u8> {
    let mut out =
        b"\x80\x02}q\0(X\x05\0\0\0stateq\x01ccollections\nOrderedDict\nq\x02)Rq\x03".to_vec();
    out.extend(
        b"X\x09\0\0\0fc.weightq\x04ctorch._utils\n_rebuild_tensor_v2\nq\x05((X\x07\0\0\0storage",
    );
    out.extend(b"ctorch\nFloatStorage\nq\x06X\x01\0\0\x000X\x03\0\0\0cpuK\x06tQK\0K\x02K\x03\x86K\x03K\x01\x86\x89");
    out.extend(b"h\x02)RtRs}X\x09\0\0\0_metadatah\x02)RsbX\x05\0\0\0epochK\x03X\x02\0\0\0lrG\x3f\xe0\0\0\0\0\0\0");
    out.extend(b"X\x04\0\0\0noteX\x03\0\0\0<b>u.");
    out
}

#[test]
fn tensors_and_what_stands_beside_them_are_listed() {
    let leaves = leaves(&checkpoint()).unwrap();
    let cells: Vec<Vec<String>> = leaves.iter().map(|leaf| leaf.row().cells).collect();
    assert_eq!(
        cells,
        [
            ["state.fc.weight", "float32", "(2, 3)", "24", ""],
            ["epoch", "int", "", "", "3"],
            ["lr", "float", "", "", "0.5"],
            ["note", "str", "", "", "<b>"],
        ]
    );
}

#[test]
fn what_would_run_is_only_read() {
    let attack = b"cos\nsystem\n(S'touch /tmp/run'\ntR.";
    assert_eq!(leaves(attack), Ok(Vec::new()));
    let newer = b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.";
    assert_eq!(leaves(newer), Ok(Vec::new()));
}

#[test]
fn depth_circles_and_masses_end() {
    let deep = [b"N".to_vec(), vec![0x85; 400_000], b".".to_vec()].concat();
    assert_eq!(leaves(&deep), Ok(Vec::new()));
    let circle = b"]q\0(h\0h\0h\0h\0e.";
    assert_eq!(leaves(circle), Ok(Vec::new()));
    let many = [vec![b'N'; 2_000_000], b".".to_vec()].concat();
    assert_eq!(leaves(&many).unwrap_err().0, Why::Bound);
    let marks = [vec![b'('; 2_000_000], b".".to_vec()].concat();
    assert_eq!(leaves(&marks).unwrap_err().0, Why::Bound);
    // Each list holds the one before it many times.
    let mut towers = b"]q\0".to_vec();
    for level in 0..20_u8 {
        towers.extend([b']', b'q', level + 1, b'(']);
        towers.extend([b'h', level].repeat(50));
        towers.push(b'e');
    }
    towers.push(b'.');
    assert_eq!(leaves(&towers), Ok(Vec::new()));
}

#[test]
fn any_bytes_are_read_or_refused() {
    let whole = checkpoint();
    for end in 0..whole.len() {
        assert!(leaves(&whole[..end]).is_err(), "{end}");
    }
    let mut random = Random::new(3);
    for _ in 0..20_000 {
        let mut broken = whole.clone();
        for _ in 0..=random.below(5) {
            let at = random.below(broken.len());
            broken[at] = random.below(256) as u8;
        }
        // Whether it can be read does not matter, only that it ends.
        let _ = leaves(&broken);
    }
}

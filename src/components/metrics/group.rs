//! Which metrics share a chart.

/// What tells training from checking: said before a metric's name, it does not make it another metric.
const PARTS: [&str; 7] = [
    "train",
    "training",
    "val",
    "valid",
    "validation",
    "test",
    "eval",
];

/// What a metric is called without the part of the data it is of: `val_loss`, `train/loss` and `loss` are one.
fn stem(name: &str) -> String {
    let name = name.to_lowercase();
    let rest = PARTS.iter().find_map(|part| {
        let rest = name.strip_prefix(part)?;
        rest.strip_prefix(['_', '/', '-', '.', ' '])
    });
    rest.filter(|rest| !rest.is_empty())
        .unwrap_or(&name)
        .to_owned()
}

/// Names that share a chart, by what they are called there, in the order of their first ones; places in `names`.
pub fn groups<'a>(names: impl Iterator<Item = &'a str>) -> Vec<(String, Vec<usize>)> {
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (at, name) in names.enumerate() {
        let stem = stem(name);
        match groups.iter_mut().find(|(own, _)| *own == stem) {
            Some((_, list)) => list.push(at),
            None => groups.push((stem, vec![at])),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_metric_of_other_data_shares_a_chart() {
        let names = [
            "loss",
            "acc",
            "val_loss",
            "test/Acc",
            "training loss",
            "value",
            "val_",
            "lr",
        ];
        let group = |name: &str, places: &[usize]| (name.to_owned(), places.to_vec());
        assert_eq!(
            groups(names.into_iter()),
            [
                group("loss", &[0, 2, 4]),
                group("acc", &[1, 3]),
                group("value", &[5]),
                group("val_", &[6]),
                group("lr", &[7]),
            ]
        );
    }
}

"""Softmax regression on the iris data, with the standard library alone.

Reads iris.csv below --input, writes model.json and metrics.json to --output, and prints one line an epoch.
"""

import argparse
import csv
import json
import math
import pathlib
import random
import sys
import time


def read(folder):
    """Rows of four measures and their species."""
    path = next(pathlib.Path(folder).rglob("iris.csv"))
    with path.open(newline="") as file:
        rows = [row for row in csv.reader(file) if row]
    if not rows[0][0].replace(".", "").isdigit():
        rows = rows[1:]
    return [([float(value) for value in row[:4]], row[4]) for row in rows]


def normalised(samples):
    """The samples with mean 0 and deviation 1 in every measure."""
    columns = list(zip(*(measures for measures, _ in samples)))
    means = [sum(column) / len(column) for column in columns]
    deviations = [math.sqrt(sum((v - m) ** 2 for v in c) / len(c)) for c, m in zip(columns, means)]
    return [([(v - m) / d for v, m, d in zip(x, means, deviations)], y) for x, y in samples]


def probabilities(weights, x):
    """What the model says of one sample."""
    scores = [sum(w * v for w, v in zip(row, x + [1.0])) for row in weights]
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    return [power / sum(powers) for power in powers]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--input", default="/input")
    parser.add_argument("--output", default="/output")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds between two epochs")
    options = parser.parse_args()

    samples = normalised(read(options.input))
    species = sorted({name for _, name in samples})
    print(f"{len(samples)} samples of {len(species)} species", flush=True)
    random.Random(7).shuffle(samples)
    weights = [[0.0] * 5 for _ in species]
    for epoch in range(1, options.epochs + 1):
        loss = right = 0.0
        for x, name in samples:
            found = probabilities(weights, x)
            wanted = species.index(name)
            loss -= math.log(found[wanted]) / len(samples)
            right += found.index(max(found)) == wanted
            for index, row in enumerate(weights):
                slope = found[index] - (index == wanted)
                for place, value in enumerate(x + [1.0]):
                    row[place] -= 0.05 * slope * value
        accuracy = right / len(samples)
        print(f"epoch {epoch} loss {loss:.4f} accuracy {accuracy:.4f}", flush=True)
        time.sleep(options.pause)

    output = pathlib.Path(options.output)
    (output / "model.json").write_text(json.dumps({"species": species, "weights": weights}, indent=2) + "\n")
    (output / "metrics.json").write_text(json.dumps({"loss": loss, "accuracy": accuracy}, indent=2) + "\n")
    print("model written", flush=True)
    return 0 if accuracy > 0.9 else 1


if __name__ == "__main__":
    sys.exit(main())

"""Softmax regression on Fisher's iris data, with Python's standard library alone."""

import argparse
import csv
import json
import math
import os
import random
import struct
import sys
import time
import zlib
from pathlib import Path

INPUT = Path(os.environ.get("RUSSELL_INPUT", "/input"))
OUTPUT = Path(os.environ.get("RUSSELL_OUTPUT", "/output"))


def read(path):
    """Pairs of four measures and a species."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [([float(value) for name, value in row.items() if name != "species"], row["species"]) for row in rows]


def scale(samples):
    """The mean and the deviation of each measure."""
    columns = list(zip(*(measures for measures, _ in samples)))
    means = [sum(column) / len(column) for column in columns]
    return [(m, math.sqrt(sum((v - m) ** 2 for v in c) / len(c))) for c, m in zip(columns, means)]


def probabilities(weights, x):
    scores = [sum(w * v for w, v in zip(row, x)) for row in weights]
    powers = [math.exp(score - max(scores)) for score in scores]
    return [power / sum(powers) for power in powers]


def epoch(weights, samples, rate):
    """One step along the mean gradient; answers the mean loss before it."""
    loss = 0.0
    slopes = [[0.0] * len(row) for row in weights]
    for x, wanted in samples:
        found = probabilities(weights, x)
        loss -= math.log(found[wanted]) / len(samples)
        for index, row in enumerate(slopes):
            error = (found[index] - (index == wanted)) / len(samples)
            for place, value in enumerate(x):
                row[place] += error * value
    for row, slope in zip(weights, slopes):
        row[:] = [weight - rate * s for weight, s in zip(row, slope)]
    return loss


def confusion(weights, samples):
    """How often which species (row) was taken for which (column)."""
    table = [[0] * len(weights) for _ in weights]
    for x, wanted in samples:
        found = probabilities(weights, x)
        table[wanted][found.index(max(found))] += 1
    return table


def svg(losses):
    """The losses as a line."""
    top, width, height = max(losses), 640, 320
    points = " ".join(
        f"{20 + i * (width - 40) / max(len(losses) - 1, 1):.1f},{height - 20 - loss / top * (height - 40):.1f}"
        for i, loss in enumerate(losses)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>'
        f'<path d="M20 20V{height - 20}H{width - 20}" fill="none" stroke="#888888"/>'
        f'<polyline points="{points}" fill="none" stroke="#2563eb" stroke-width="2"/></svg>\n'
    )


def png(table, cell=48):
    """The table as squares, the darker the more."""
    lines = bytearray()
    for row in table:
        shades = [255 - round(205 * count / max(sum(row), 1)) for count in row]
        lines += (b"\0" + b"".join(bytes([shade]) * cell for shade in shades)) * cell
    side = cell * len(table)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=INPUT / "iris" / "iris.csv")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--rate", type=float, default=0.5)
    parser.add_argument("--pause", type=float, default=0.0, help="seconds to wait after each epoch")
    options = parser.parse_args()

    if not options.data.is_file():
        sys.exit(f"{options.data} is not there: mount the dataset `iris` as `iris`")
    samples = read(options.data)
    species = sorted({name for _, name in samples})
    scales = scale(samples)
    samples = [
        ([(v - m) / d for v, (m, d) in zip(measures, scales)] + [1.0], species.index(name)) for measures, name in samples
    ]
    random.Random(7).shuffle(samples)
    held_back, training = samples[:30], samples[30:]
    print(f"{len(training)} flowers to learn from, {len(held_back)} held back, species: {', '.join(species)}")

    weights = [[0.0] * 5 for _ in species]
    losses = []
    for step in range(1, options.epochs + 1):
        losses.append(epoch(weights, training, options.rate))
        print(json.dumps({"metric": "loss", "value": round(losses[-1], 4), "step": step}))
        time.sleep(options.pause)

    table = confusion(weights, held_back)
    accuracy = sum(row[i] for i, row in enumerate(table)) / len(held_back)
    print(json.dumps({"metric": "accuracy", "value": round(accuracy, 4), "step": options.epochs}))
    OUTPUT.mkdir(exist_ok=True)
    model = {"species": species, "scales": scales, "weights": weights}
    (OUTPUT / "model.json").write_text(json.dumps(model, indent=2) + "\n")
    metrics = {"loss": losses[-1], "accuracy": accuracy, "confusion": table}
    (OUTPUT / "metrics.json").write_text(json.dumps(metrics, indent=2) + "\n")
    (OUTPUT / "loss.svg").write_text(svg(losses))
    (OUTPUT / "confusion.png").write_bytes(png(table))
    print(f"Wrote model.json, metrics.json, loss.svg and confusion.png to {OUTPUT}")


if __name__ == "__main__":
    main()

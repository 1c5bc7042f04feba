"""Writes one file of each kind that has a preview into a folder, and some that are broken. Of the standard library alone."""

import io
import json
import pickle
import struct
import sys
import tarfile
import types
import zipfile
from pathlib import Path

CANARY = '<img src=x onerror="window.canary=1">'


def npy(descr: str, shape: str, data: bytes) -> bytes:
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\0" + struct.pack("<H", len(header)) + header.encode() + data


def safetensors() -> bytes:
    header = {
        "__metadata__": {"format": "pt", "note": CANARY},
        "layer.weight": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
        CANARY: {"dtype": "BF16", "shape": [4], "data_offsets": [24, 32]},
    }
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + bytes(32)


def checkpoint() -> bytes:
    """What torch.save writes of a state, without torch: names of modules stand in for it."""
    utils, torch = types.ModuleType("torch._utils"), types.ModuleType("torch")

    def _rebuild_tensor_v2(*_):
        raise AssertionError("nobody calls it")

    class FloatStorage:
        pass

    class Tensor:
        def __init__(self, *shape):
            self.shape = shape

        def __reduce__(self):
            return _rebuild_tensor_v2, (Storage(), 0, self.shape, (3, 1), False, {})

    class Storage:
        pass

    class Pickler(pickle.Pickler):
        def persistent_id(self, value):
            return ("storage", FloatStorage, "0", "cpu", 6) if isinstance(value, Storage) else None

    for module, value in ((utils, _rebuild_tensor_v2), (torch, FloatStorage)):
        value.__module__, value.__qualname__ = module.__name__, value.__name__
        setattr(module, value.__name__, value)
        sys.modules[module.__name__] = module
    out = io.BytesIO()
    Pickler(out, protocol=2).dump({"model": {"fc.weight": Tensor(2, 3)}, "epoch": 7, "note": CANARY})
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("model/data.pkl", out.getvalue())
        archive.writestr("model/data/0", bytes(24))
        archive.writestr("model/version", "3\n")
    return whole.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in members.items():
            out.writestr(name, data)
    return whole.getvalue()


def tar(mode: str) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode=mode) as out:
        for name in ["../../etc/passwd", CANARY, "long/" + "x" * 150 + ".txt"]:
            member = tarfile.TarInfo(name)
            member.size = 5
            out.addfile(member, io.BytesIO(b"hello"))
    return whole.getvalue()


def large(path: Path) -> None:
    """A table of 200 MB."""
    with path.open("w") as out:
        out.write("step,loss,note\n")
        row = 0
        while out.tell() < 200_000_000:
            out.write("".join(f"{at},{1 / (at + 1):.6f},row number {at} of very many\n" for at in range(row, row + 50_000)))
            row += 50_000


def main(folder: Path) -> None:
    array = npy("<f4", "(2, 3)", struct.pack("<6f", 0, 0.5, 1, 1.5, 2, float("nan")))
    files = {
        "table.csv": f'name,"a ""note""",value\nflower,"{CANARY.replace(chr(34), chr(34) * 2)}",1.5\ntree,"two\nlines",\n'.encode(),
        "table.tsv": b"1\t2\n3\t4\n",
        "lines.jsonl": f'{{"step": 1, "loss": 0.5}}\n{json.dumps({"step": 2, "note": CANARY})}\n'.encode(),
        "tree.json": json.dumps({"model": {"layers": [1, 2, {"kind": "conv"}]}, CANARY: None}).encode(),
        "array.npy": array,
        "arrays.npz": archive({"x.npy": array, "labels.npy": npy("<i8", "(4,)", bytes(32))}),
        "model.safetensors": safetensors(),
        "model.pt": checkpoint(),
        "pack.zip": archive({"../../etc/passwd": b"x", CANARY: bytes(10_000), "folder/名.txt": b"y"}),
        "pack.tar": tar("w"),
        "pack.tar.gz": tar("w:gz"),
        "unknown.xyz": bytes(range(256)) * 4,
        "broken.npy": array[:-1],
        "broken.zip": b"this is no archive",
        "broken.safetensors": safetensors()[:-1],
        "broken.json": b'{"a": 1, "b": oops}',
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    large(folder / "large.csv")


main(Path(sys.argv[1]))

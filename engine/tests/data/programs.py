"""What was recorded: programs.py NAME, run by record.py."""
import sys
import time


def tqdm_plain():
    from tqdm import tqdm

    for epoch in range(3):
        bar = tqdm(range(40), desc=f"Epoch {epoch + 1}/3", unit="batch")
        for step in bar:
            bar.set_postfix(loss=f"{1 / (step + 1):.4f}")
            time.sleep(0.01)
        print(f"epoch {epoch + 1}: val_loss={0.5 / (epoch + 1):.3f}")


def tqdm_nested():
    from tqdm import tqdm, trange

    for epoch in trange(3, desc="epochs"):
        for fold in trange(2, desc="folds", leave=False):
            for step in trange(20, desc="steps", leave=fold == 1 and epoch == 2):
                time.sleep(0.01)
        tqdm.write(f"epoch {epoch} done: 训练 loss 0.{epoch}")
    bars = [tqdm(total=20, desc=f"worker {n}", position=n) for n in range(4)]
    for step in range(20):
        for n, bar in enumerate(bars):
            bar.update(1 + (n + step) % 2)
            time.sleep(0.01)
    for bar in bars:
        bar.close()


def lightning():
    """Lightning's TQDMProgressBar is two bars of tqdm with this format; its validation bar goes below and vanishes."""
    from tqdm import tqdm

    form = "{desc}: {percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} [{elapsed}<{remaining}, {rate_noinv_fmt}{postfix}]"
    train = tqdm(total=20, desc="Training", bar_format=form, dynamic_ncols=True, position=0, leave=True, file=sys.stdout)
    for epoch in range(3):
        train.reset()
        train.set_description(f"Epoch {epoch}")
        for step in range(20):
            train.set_postfix(v_num=0, train_loss=f"{1 / (step + epoch + 1):.3f}")
            train.update()
            time.sleep(0.01)
        valid = tqdm(total=10, desc="Validation DataLoader 0", bar_format=form, dynamic_ncols=True, position=1, leave=False, file=sys.stdout)
        for _ in range(10):
            valid.update()
            time.sleep(0.01)
        valid.close()
    train.close()
    print("`Trainer.fit` stopped: `max_epochs=3` reached.")


def rich_progress():
    from rich.console import Console
    from rich.progress import Progress

    console = Console()
    with Progress(console=console) as progress:
        tasks = [progress.add_task(f"[red]Download {n}", total=20) for n in range(3)]
        for step in range(20):
            for n, task in enumerate(tasks):
                progress.advance(task, 1 + n % 2)
            if step % 4 == 0:
                progress.console.print(f"[bold green]step {step}[/] [link=https://example.org/{step}]a link[/link] :rocket: 训练")
            time.sleep(0.04)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("gone at the end", total=10)
        for _ in range(10):
            progress.advance(task)
            time.sleep(0.03)
    console.print("[italic]done[/] [strike]old[/] [on blue]new[/] [rgb(255,135,0)]orange[/]")


def rich_live():
    from rich.live import Live
    from rich.table import Table

    def table(rows):
        made = Table(title="metrics")
        for name in ("step", "loss", "accuracy"):
            made.add_column(name)
        for row in range(rows):
            made.add_row(str(row), f"{1 / (row + 1):.3f}", f"[green]{row * 10}%")
        return made

    with Live(table(0), refresh_per_second=20) as live:
        for rows in range(8):
            live.update(table(rows))
            time.sleep(0.08)
            if rows == 4:
                live.console.print("in between")


def keras_fit():
    import os

    os.environ.update(KERAS_BACKEND="jax", JAX_PLATFORMS="cpu")
    import keras
    import numpy

    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    model.summary()
    data = numpy.random.default_rng(1).random((256, 4))
    model.fit(data, data.sum(axis=1), epochs=3, batch_size=16, validation_split=0.25)


globals()[sys.argv[1]]()

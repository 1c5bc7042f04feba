/** What the pages of the gallery show: some people, their work of a few months made in some seconds. */

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflateSync, crc32 } from "node:zlib";
import { expect } from "@playwright/test";
import { Api, type Content } from "./api.ts";
import type { Account } from "./app.ts";
import type { Backend } from "./backend.ts";
import { built, root } from "./process.ts";

/** Names and ids that stand in the gallery's addresses in braces. */
export type Places = Record<string, string>;

export interface World {
  places: Places;
  /** Whoever is signed out while the page is looked at. */
  leavers: Api[];
}

/** The account of somebody in the gallery. */
export function person(name: string): Account {
  return { name, email: `${name}@example.org`, password: `correct horse ${name}` };
}

const LONG = "vit-b16-finetune-224-adamw-ema7";

const README = `# Fashion 分类

Small networks for the 28 × 28 pictures of *Fashion-MNIST*, trained on one machine. 在一台机器上训练，代码尽量短，便于阅读和修改。

## Results 结果

| Model | Parameters | Accuracy | Epochs | Time |
| :-- | --: | --: | --: | --: |
| Linear 线性 | 7,850 | 84.1 % | 20 | 1 min |
| MLP, 2 × 256 | 269,322 | 89.6 % | 40 | 6 min |
| CNN, 3 blocks | 421,834 | **93.2 %** | 60 | 31 min |

- [x] Baseline 基线
- [x] Augmentation: flips and crops 数据增强
- [ ] Label smoothing, see [the discussion](https://example.org/issues/7)

## Run it

\`\`\`python
from model import CNN

model = CNN(classes=10)  # ten kinds of clothes
for step, (x, y) in enumerate(batches(train, size=128)):
    loss = model.step(x, y, rate=3e-4)
    if step % 100 == 0:
        print(f"step {step}: loss {loss:.4f}")
\`\`\`

> Mount \`iris\` first: the loader falls back to it. 运行前请先挂载数据集。

The command is \`python3 train.py --epochs 60\`; weights and curves are written to \`/output\`.
`;

/** Prints what a training prints: bars, colours, metrics; then waits if it is told to. */
const TRAIN = `"""Trains the classifier. 训练分类器。"""

import json
import math
import pathlib
import sys
import time

EPOCHS = int(sys.argv[1]) if len(sys.argv) > 1 else 60
OUTPUT = pathlib.Path("/output")


def loss_at(epoch):
    """The loss after an epoch, with a little noise."""
    return 0.31 + 2.1 * math.exp(-epoch / 14) + 0.03 * math.sin(epoch * 1.7)


print("\\x1b[1mFashion 分类\\x1b[0m, 421,834 parameters, device cpu", flush=True)
print("\\x1b[33mWARNING\\x1b[0m 3 pictures have no label and are left out", flush=True)
losses = []
for epoch in range(1, EPOCHS + 1):
    for batch in (100, 200, 300, 400):
        print(f"epoch {epoch:>3}/{EPOCHS}  batch {batch}/469  \\x1b[32m{'━' * (batch // 20)}\\x1b[0m\\x1b[90m{'━' * (24 - batch // 20)}\\x1b[0m  {batch / 4.1:.1f} it/s", flush=True)
    losses.append(loss_at(epoch))
    print(json.dumps({"metric": "loss", "value": round(losses[-1], 4), "step": epoch}), flush=True)
    print(json.dumps({"metric": "accuracy", "value": round(1 - losses[-1] / 3, 4), "step": epoch}), flush=True)
points = " ".join(f"{20 + i * 600 / len(losses):.1f},{300 - 280 * (1 - v / 2.5):.1f}" for i, v in enumerate(losses))
(OUTPUT / "checkpoints").mkdir(parents=True, exist_ok=True)
(OUTPUT / "loss.svg").write_text(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320"><rect width="640" height="320" fill="#fff"/><polyline points="{points}" fill="none" stroke="#2563eb" stroke-width="2"/></svg>')
(OUTPUT / "metrics.json").write_text(json.dumps({"loss": losses[-1], "accuracy": 0.932}, indent=2))
for epoch in (20, 40, 60):
    (OUTPUT / "checkpoints" / f"epoch-{epoch:03}.bin").write_bytes(b"w" * 40_000 * epoch)
(OUTPUT / "说明.md").write_text("# 输出\\n\\nThe newest checkpoint is the best one.\\n")
print("\\x1b[32mdone\\x1b[0m, wrote /output/metrics.json", flush=True)
time.sleep(float(sys.argv[2]) if len(sys.argv) > 2 else 0)
`;

const BROKEN = `Traceback (most recent call last):
  File "/workspace/train.py", line 61, in <module>
    train, test = load("/input/fashion")
  File "/workspace/data.py", line 18, in load
    with open(root / "labels.csv") as file:
FileNotFoundError: [Errno 2] No such file or directory: '/input/fashion/labels.csv'`;

const NOTEBOOK = JSON.stringify({
  nbformat: 4,
  metadata: { language_info: { name: "python" } },
  cells: [
    { cell_type: "markdown", source: "# 数据概览\n\nHow many flowers of each kind there are, and how they differ." },
    {
      cell_type: "code",
      execution_count: 1,
      source: "import pandas as pd\n\niris = pd.read_csv('/input/iris/iris.csv')  # 150 rows\niris.groupby('species').mean()",
      outputs: [
        {
          output_type: "execute_result",
          data: {
            "text/html":
              "<table><thead><tr><th>species</th><th>sepal_length</th><th>petal_length</th></tr></thead><tbody><tr><td>setosa</td><td>5.01</td><td>1.46</td></tr><tr><td>versicolor</td><td>5.94</td><td>4.26</td></tr><tr><td>virginica</td><td>6.59</td><td>5.55</td></tr></tbody></table>",
          },
        },
      ],
    },
    { cell_type: "code", execution_count: 2, source: "print('rows:', len(iris))", outputs: [{ output_type: "stream", name: "stdout", text: "rows: 150\n" }] },
    { cell_type: "code", execution_count: 3, source: "iris['petal']", outputs: [{ output_type: "error", ename: "KeyError", evalue: "'petal'", traceback: ["\u001b[31mKeyError\u001b[0m: 'petal'"] }] },
  ],
});

/** A square picture of two colours, as PNG. */
function drawn(side: number, [above, below]: [number[], number[]]): Buffer {
  const chunk = (kind: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(kind), data]);
    const out = Buffer.alloc(body.length + 8);
    out.writeUInt32BE(data.length);
    body.copy(out, 4);
    out.writeUInt32BE(crc32(body), body.length + 4);
    return out;
  };
  const lines = Array.from({ length: side }, (_, y) => [0, ...Array.from({ length: side }, (_, x) => (x + y < side ? above : below)).flat()]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(side);
  head.writeUInt32BE(side, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const parts = [Buffer.from("89504e470d0a1a0a", "hex"), chunk("IHDR", head), chunk("IDAT", deflateSync(Buffer.from(lines.flat()))), chunk("IEND", Buffer.alloc(0))];
  return Buffer.concat(parts);
}

/** Signs somebody up who has a picture and a few words. */
async function welcome(url: string, name: string, display: string, bio: string, place: string, colours?: [number[], number[]]): Promise<Api> {
  const api = await Api.register(url, person(name));
  await api.call("PUT", "api/v1/user/profile", { display_name: display, bio, place, website: `https://example.org/~${name}` });
  if (colours) await api.put("api/v1/user/avatar", new Uint8Array(drawn(96, colours)));
  return api;
}

/** Waits until all tasks of the account have ended. */
async function ended(api: Api): Promise<void> {
  const left = async (): Promise<number> => (await api.call<{ total: number }>("GET", `api/v1/experiments?user=${api.account.name}&state=waiting,running`)).total;
  await expect.poll(left, { timeout: 120_000, intervals: [200] }).toBe(0);
}

/** Money: recharged, spent, declined, and one payment that waits. */
async function money(ada: Api): Promise<Places> {
  const order = async (key: string, amount: number, product?: string, payWith = "provider"): Promise<string> =>
    (await ada.call<{ id: string }>("POST", "api/v1/account/orders", { amount, pay_with: payWith, key, ...(product ? { product } : {}) })).id;
  const settle = (id: string, outcome: string, amount: number) => ada.call("POST", `api/v1/account/orders/${id}`, { outcome, amount });
  const paid = await order("first", 20_000);
  await settle(paid, "paid", 20_000);
  const declined = await order("second", 50_000);
  await settle(declined, "declined", 50_000);
  await order("vip", 5_000, "vip_1", "wallet");
  await order("cpu", 700, "cpu_10", "wallet");
  return { paid, declined, order: await order("third", 12_050) };
}

/** Makes all of it on a new backend with billing, JupyterLab and TensorBoard. */
export async function makeWorld(backend: Backend): Promise<World> {
  const url = backend.url;
  const ada = await welcome(url, "ada", "艾达 Lovelace", "Small networks, read closely.\n小模型，读得仔细。", "London 伦敦", [[204, 68, 18], [29, 78, 216]]);
  const lin = await welcome(url, "lin-wei", "林薇", "遥感影像与语义分割。Segmentation of pictures taken from far above.", "杭州", [[21, 128, 61], [250, 204, 21]]);
  const grace = await welcome(url, "grace-of-the-compiler-group", "", "", "");
  const newcomer = await Api.register(url, person("newcomer"));
  const orders = await money(ada);

  // Data.
  const csv = await readFile(join(root, "tests/data/iris/iris.csv"), "utf8");
  const iris = await ada.create("data", "iris", 0, "Fisher's measures of 150 iris flowers 鸢尾花测量数据 (CC BY 4.0)");
  const about = "# Iris\n\n150 flowers, four measures each. 每朵花有四个测量值。\n\n| Column | Unit |\n| --- | --- |\n| sepal_length | cm |\n| petal_width | cm |\n";
  const flowers: Content[] = [
    { path: "README.md", text: about },
    { path: "iris.csv", text: csv },
    { path: "数据/图片/说明 一.txt", text: "还没有图片。\n" },
    { path: "数据/标签.json", text: '{"setosa": "山鸢尾", "versicolor": "变色鸢尾"}\n' },
  ];
  await ada.upload(iris, "data", flowers.slice(0, 2), "As published");
  const version = await ada.upload(iris, "data", flowers, "加入中文标签 with labels in Chinese");
  await ada.tag(iris, ["flowers", "tabular", "入门"]);
  for (const [name, text] of [["fashion-mnist", "70,000 pictures of clothes, 28 × 28"], ["speech-commands", "一秒钟的语音命令"], ["tickets-2019-2024", ""]] as const) {
    const id = await ada.create("data", name, name.startsWith("tickets") ? 1 : 0, text);
    if (name !== "speech-commands") await ada.upload(id, "data", [{ path: "data.bin", text: "x".repeat(name.length * 90_000) }], "First");
  }

  // Code, in six versions of which the last but one is still being uploaded.
  const project = await ada.create("code", "fashion", 0, "Small networks for Fashion-MNIST 服装图像分类");
  const code: Content[] = [
    { path: "README.md", text: README },
    { path: "train.py", text: TRAIN },
    { path: "main.sh", text: "echo begun\nsleep ${1:-0}\n" },
    { path: "notebooks/数据概览.ipynb", text: NOTEBOOK },
    { path: "fashion/data.py", text: "def load(root):\n    return root\n" },
    { path: "fashion/model.py", text: "class CNN:\n    def __init__(self, classes):\n        self.classes = classes\n" },
    { path: "configs/a-rather-long-name-of-a-configuration-that-somebody-generated-with-a-script.yaml", text: "rate: 0.0003\nbatch: 128\n" },
  ];
  const remarks = ["First version", "数据增强：翻转与裁剪", "Learning rate warms up over the first five epochs, then falls along a cosine; batches are twice as large", "", "修复验证集泄漏 the held-back pictures were seen in training", "Labels are smoothed"];
  let newest = "";
  for (const [at, remark] of remarks.entries()) {
    newest = await ada.upload(project, "code", code.map((file) => (file.path === "main.sh" ? { ...file, text: `${file.text}# ${at}\n` } : file)), remark);
  }
  await ada.call("POST", "api/v1/uploads", { entity_id: project, module_type: "code", description: "正在上传 on its way", files: [{ path: "weights.bin", size: 80_000_000 }] });
  await ada.tag(project, ["vision", "classification", "教程"]);
  const long = await ada.create("code", LONG, 0, "A name as long as names may be, and a description that goes on for longer than the column is wide: fine-tuning of a vision transformer with exponential moving averages of its weights");
  await ada.upload(long, "code", [{ path: "run.py", text: "print('hello')\n" }]);
  await ada.create("code", "closed-notes", 1, "私有项目，还没有代码");
  const others = ["tulips", "digits", "whisper-tiny", "mnist-from-scratch", "graph-of-words", "time-series", "ocr-票据", "tokenizer", "diffusion-toy", "rl-cartpole", "speech-to-text", "keypoints", "point-clouds", "style-transfer", "recommender", "anomaly", "translation", "summaries", "super-resolution"];
  for (const [at, name] of others.entries()) {
    const owner = [ada, lin, grace][at % 3]!;
    const id = await owner.create("code", name.replace(/[^\w-]+/g, "zh"), 0, at % 4 === 0 ? "" : at % 2 ? `Notes and code about ${name}` : `关于 ${name} 的实验与笔记`);
    if (at % 5 !== 4) await owner.upload(id, "code", [{ path: "main.py", text: `print("${name}")\n` }]);
    if (at % 3) await owner.tag(id, at % 2 ? ["vision"] : ["nlp", "中文"]);
    if (at % 4 === 1) await ada.star(id);
  }
  const segmentation = await lin.create("code", "segmentation", 0, "遥感影像语义分割");
  await lin.upload(segmentation, "code", [{ path: "README.md", text: "# 语义分割\n\n用 U-Net 从卫星影像中找出农田、水面与道路。\n\n## 用法\n\n```bash\nrussell run 'python3 train.py'\n```\n" }]);
  await lin.tag(segmentation, ["vision", "遥感"]);

  // What the others do with it.
  for (const api of [lin, grace]) {
    await api.star(project);
    await api.star(iris);
  }
  await ada.star(segmentation);
  await ada.star(iris);
  for (const [api, entity, name] of [[lin, project, "fashion-zh"], [grace, project, "fashion"], [grace, iris, "iris-copy"]] as const) {
    await api.call("POST", `api/v1/entities/${entity}/fork`, { name, permission: 0 });
  }
  const said: [Api, string, string][] = [
    [lin, project, "第三版的学习率预热带来了明显的提升。请问验证集是怎么划分的？\n\n```python\ntrain, held_back = split(pictures, 0.9, seed=7)\n```"],
    [ada, project, "By class, with a fixed seed: see `fashion/data.py`. 每类各留 10 %。"],
    [grace, project, "Reproduced on two machines:\n\n| Seed | Accuracy |\n| --: | --: |\n| 1 | 93.1 % |\n| 2 | 93.4 % |"],
    [lin, iris, "标签里的 *versicolor* 是不是应该写作“变色鸢尾”？"],
  ];
  for (const [api, entity, body] of said) await api.call("POST", `api/v1/entities/${entity}/comments`, { body });

  // Tasks: many that have ended, then some that go on.
  const mounted = { data_ids: [`${version}:iris`] };
  const trained = await ada.run(newest, "python3 train.py 60", { ...mounted, description: "三层卷积，标签平滑 0.1", enable_tensorboard: false });
  const failed = await ada.run(newest, `echo '${BROKEN.replaceAll("'", `'"'"'`)}' >&2; exit 1`, { description: "读取 fashion 数据" });
  await ended(ada);
  for (let at = 0; at < 26; at++) {
    const command = at % 6 === 5 ? `bash main.sh && exit ${at}` : `python3 train.py ${at + 2} # rate 3e-${(at % 4) + 2}, batch ${32 << at % 4}`;
    await ada.run(newest, command, at % 3 === 1 ? { ...mounted, description: `学习率 3e-${(at % 4) + 2}，第 ${at + 1} 次` } : at % 7 === 3 ? { description: "Sweep over rates and sizes of batches, without augmentation, with the seed of the paper" } : {});
  }
  for (const api of [lin, grace]) {
    const id = await api.create("code", "sweeps");
    const sweep = await api.upload(id, "code", [{ path: "main.sh", text: "echo done\n" }]);
    for (let at = 0; at < 3; at++) await api.run(sweep, "bash main.sh", mounted);
    await ended(api);
  }
  await ended(ada);
  const stopped = await ada.run(newest, "bash main.sh 3600", { description: "太慢，提前停止" });
  await expect.poll(async () => (await ada.log(stopped)).includes("begun"), { timeout: 30_000 }).toBe(true);
  await ada.call("POST", `api/v1/experiment/${stopped}?action=stop`);
  await ended(ada);
  const notebook = await ada.run(newest, "", { mode: "jupyter", description: "看一看数据" });
  await expect.poll(async () => (await ada.call<{ answering: string[] }>("GET", `api/v1/task/${notebook}?content=detail`)).answering, { timeout: 60_000 }).toContain("notebook");
  await ada.run(newest, "bash main.sh 3600", { description: "Overnight" });
  await ada.run(newest, "bash main.sh 3600");
  const running = await ada.run(newest, "python3 train.py 80 3600", { ...mounted, description: "更大的批量 twice the batch" });
  await expect.poll(async () => (await ada.log(running)).includes("done"), { timeout: 30_000 }).toBe(true);
  const queued = await ada.run(newest, "python3 train.py 200", { ...mounted, description: "排队中 the long one" });
  await ada.run(newest, "python3 train.py 400");

  // Some of what the bell tells has been read; something lies in the trash.
  const { list } = await ada.call<{ list: { id: string }[] }>("GET", "api/v1/notifications?page_size=100");
  await ada.call("POST", "api/v1/notifications/unread", { ids: list.slice(6).map(({ id }) => id) });
  for (const [kind, noun, name] of [["code", "project", "old-experiments"], ["data", "dataset", "iris-draft"]] as const) {
    const id = await ada.create(kind, name);
    await ada.upload(id, kind, [{ path: "notes.txt", text: "旧的\n".repeat(2_000) }]);
    await ada.call("DELETE", `api/v1/ada/${noun}/${name}`);
  }
  const [, , , old] = await ada.versions(project, "code");
  await ada.call("DELETE", `api/v1/module?id=${old!.id}`);
  for (const [name, days] of [["集群 cluster", 365], ["laptop", 30]] as const) await ada.call("POST", "api/v1/user/tokens", { name, days });
  await newcomer.create("code", "first-steps");
  await newcomer.create("data", "first-data");
  const leavers = await Promise.all(["en-390", "en-1440", "zh-390", "zh-1440"].map((look) => Api.register(url, person(`leaver-${look}`))));
  return { places: { ada: "ada", lin: "lin-wei", newcomer: "newcomer", project: "fashion", closed: "closed-notes", long: LONG, version, trained, failed, stopped, notebook, running, queued, ...orders }, leavers };
}

/** The operator's command beside the running backend. */
export async function operator(backend: Backend, ...args: string[]): Promise<void> {
  await promisify(execFile)(built.backend, [...args, "--data", backend.data]);
}

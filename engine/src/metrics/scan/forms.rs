//! The forms that are known, and what only looks like one.

use super::super::keys::IGNORED;
use super::tests::check;

#[test]
fn objects() {
    check(
        "{\"metric\": \"loss\", \"value\": 0.3, \"step\": 10}\n{\"metric\":\"acc\",\"value\":1}\n",
        &["loss 1@10=0.3", "acc 2=1"],
    );
    check(
        "{\"epoch\": 2, \"train\": {\"loss\": \"4.5\", \"x\": [1, {\"y\": 2}]}, \"ok\": true, \"none\": null}",
        &["train.loss 1@2=4.5", "epoch 1@2=2"],
    );
    check(
        " {'loss': 0.5, 'learning_rate': 5e-05, 'grad_norm': nan, 'epoch': 1.02}\n{'loss': -inf, 'epoch': 1.02}",
        &[
            "loss 1@1.02=0.5 2@1.02=-inf",
            "learning_rate 1@1.02=0.00005",
            "grad_norm 1@1.02=NaN",
            "epoch 1@1.02=1.02",
        ],
    );
    check(
        "10%|█         | 50/500 [00:10<01:30,  5.00it/s]{'loss': np.float64(0.5), 'b': tensor(2., device='cuda:0'), 'epoch': 1.0}",
        &["loss 1@50=0.5", "b 1@50=2", "epoch 1@50=1"],
    );
    check(
        "{\"a\": Infinity, \"b\": NaN, \"c\": -1e400}",
        &["a 1=inf", "b 1=NaN", "c 1=-inf"],
    );
    check(
        "INFO {\"loss\": 0.5} acc=0.25",
        &["loss 1=0.5", "acc 1=0.25"],
    );
    check(
        "{\"lo\\u0073s\\n\": 1, \"\\ud800\": 2}",
        &["loss  1=1", "\u{fffd} 1=2"],
    );
    // Those that are broken are lines like others.
    check("{\"loss\": 0.5, \"acc", &["loss 1=0.5"]);
    check("{\"loss\": 0.5 0.6}", &["loss 1=0.5"]);
    check("{}", &[]);
    check("{\"a\": {}, \"loss\": 3,}", &["loss 1=3"]);
}

#[test]
fn keras() {
    let log = "Epoch 2/3\n\n938/938 ━━━━━━━━━━━━━━━━━━━━ 2s 2ms/step - accuracy: 0.9153 - loss: 0.30 - val_loss: 1.2e-01\n\
        Epoch 3/3\n 469/938 [=======>......] - ETA: 1s - loss: 0.25 - acc: 0.5\n\
        938/938 [==============================] - 2s 2ms/step - loss: 0.2\n";
    check(
        log,
        &[
            "epoch 1@2=2 4@3=3",
            "accuracy 3@1876=0.9153",
            "loss 3@1876=0.3 5@2345=0.25 6@2814=0.2",
            "val_loss 3@1876=0.12",
            "acc 5@2345=0.5",
        ],
    );
}

#[test]
fn epochs_are_counted_from_one_number() {
    let log = "Epoch 1/3\n12/12 ━━━━ 0s 5ms/step - loss: 2\nEpoch 1: val_loss improved from inf to 1.99, saving model to x.keras\n\
        12/12 ━━━━ 1s 40ms/step - loss: 2 - val_loss: 1.99\nEpoch 2/3\n 1/12 ━━━━ 1s 40ms/step - loss: 1\n";
    check(
        log,
        &[
            "epoch 1@1=1 5@2=2",
            "loss 2@12=2 4@12=2 6@13=1",
            "val_loss 4@12=1.99",
        ],
    );
    let log = "Epoch 0/2 ━━━━ 5/10 0:00:01 • 0:00:00 95.3it/s v_num: 0.000 train_loss: 0.5\n\
        Epoch 1/2 ━━━━ 5/10 0:00:01 • 0:00:00 95.3it/s v_num: 0.000 train_loss: 0.25\n";
    check(log, &["train_loss 1@5=0.5 2@15=0.25", "epoch 1@5=0 2@15=1"]);
}

#[test]
fn bars() {
    check(
        "Epoch 2: 100%|███| 938/938 [00:05<00:00, 187.2it/s, v_num=3, train_loss=0.2]",
        &["train_loss 1@2814=0.2", "epoch 1@2814=2"],
    );
    check(
        "folds:  50%|███   | 1/2 [00:00<00:00,  3.27it/s]\nloss 0.5:  50%|███   | 1/2 [00:00<00:00,  3.27it/s]",
        &["loss 2@1=0.5"],
    );
    check(
        "17it [00:01, 9.1it/s, loss=0.5, epoch=3]",
        &["loss 1@17=0.5", "epoch 1@17=3"],
    );
    check(
        "100%|##| 5/10 [00:01<00:01, 2.1s/it, epoch=3, loss=0.5]",
        &["loss 1@5=0.5", "epoch 1@5=3"],
    );
    // A state that is drawn anew is none; one that is longer leaves nothing behind.
    check(
        "\r0/9 [..] loss=0.5 \r 1/9 [=.] loss=0.25\r 1/9 [=.] loss=0.25\r 1/9 [=.] loss=1\rdone\n",
        &["loss 1@0=0.5 1@1=0.25 1@1=1"],
    );
}

#[test]
fn text() {
    for (line, wanted) in [
        (
            "Train Epoch: 1 [640/60000 (1%)]\tLoss: 2.30",
            &["Loss 1@60640=2.3", "epoch 1@60640=1"][..],
        ),
        (
            "epoch 3 step 100 loss=0.2 val_loss 0.31",
            &["loss 1@100=0.2", "val_loss 1@100=0.31", "epoch 1@100=3"],
        ),
        (
            "[Epoch 3/10] loss: 0.2, acc: 91.2%",
            &["loss 1@3=0.2", "acc 1@3=91.2", "epoch 1@3=3"],
        ),
        (
            "Epoch [3/10], Step [100/600], Loss: 0.25",
            &["Loss 1@1300=0.25", "epoch 1@1300=3"],
        ),
        (
            "Epoch: [1][  10/5005]\tTime  0.5 ( 0.6)\tLoss 6.9e+00 (7.0e+00)\tAcc@1   0.50 (  0.10)",
            &["Loss 1@5015=6.9", "Acc@1 1@5015=0.5", "epoch 1@5015=1"],
        ),
        (
            "Test set: Average loss: 0.0499, Accuracy: 9832/10000 (98%)",
            &["Average loss 1=0.0499", "Accuracy 1=0.9832"],
        ),
        (
            "Epoch 1 | Train Loss: 0.32 | Val Loss: 0.41",
            &["Train Loss 1@1=0.32", "Val Loss 1@1=0.41", "epoch 1@1=1"],
        ),
        (
            "Epoch 1 finished with train loss: 0.3",
            &["train loss 1@1=0.3", "epoch 1@1=1"],
        ),
        (
            "[Epoch 3/10] [Batch 5/90] [D loss: 0.3] [G loss: 0.4]",
            &["D loss 1@185=0.3", "G loss 1@185=0.4", "epoch 1@185=3"],
        ),
        (
            "INFO:root:epoch 3 loss 0.5",
            &["loss 1@3=0.5", "epoch 1@3=3"],
        ),
        (
            "2026-11-23 20:25:57,123 INFO trainer epoch=3 loss=0.5",
            &["loss 1@3=0.5", "epoch 1@3=3"],
        ),
        (
            "iter 1,200: lr = 3.0e-04, ppl=1,024.5",
            &["lr 1@1200=0.0003", "ppl 1@1200=1024.5"],
        ),
        (
            "loss=nan acc: inf lr=-inf err: NaN, f1: -Infinity",
            &[
                "loss 1=NaN",
                "acc 1=inf",
                "lr 1=-inf",
                "err 1=NaN",
                "f1 1=-inf",
            ],
        ),
        (
            "loss: tensor(0.3217, grad_fn=<NllLossBackward>) acc=np.float32(0.5)",
            &["loss 1=0.3217", "acc 1=0.5"],
        ),
        (
            "验证损失：0.5，学习率 3e-4",
            &["验证损失 1=0.5", "学习率 1=0.0003"],
        ),
        ("loss=0.5 loss=0.6", &["loss 1=0.5"]),
        ("The loss is now: 0.5.", &[]),
        ("loss: 0.5. Next", &["loss 1=0.5"]),
        ("loss:0.31,acc:0.5", &["loss 1=0.31", "acc 1=0.5"]),
        ("\"loss\": \"0.5\" x='3'", &["loss 1=0.5", "x 1=3"]),
        ("loss\x1b[0m: \x1b[1;32m0.5\x1b[0m", &["loss 1=0.5"]),
        ("loss\0=\x000.5 acc=0.5", &["acc 1=0.5"]),
        ("reward 0.5±0.1", &["reward 1=0.5"]),
        ("loss: 0.3 min loss: 0.1", &["loss 1=0.3", "min loss 1=0.1"]),
    ] {
        check(line, wanted);
    }
}

#[test]
fn lines_of_libraries() {
    for (line, wanted) in [
        (
            "[10]\ttrain-rmse:0.12345\teval-rmse:0.34567",
            &["train-rmse 1@10=0.12345", "eval-rmse 1@10=0.34567"][..],
        ),
        (
            "[100]\ttraining's l2: 0.24\tvalid_1's binary_logloss: 0.3",
            &[
                "training's l2 1@100=0.24",
                "valid_1's binary_logloss 1@100=0.3",
            ],
        ),
        (
            "7:\tlearn: 0.5\ttest: 0.6\tbest: 0.6 (3)\ttotal: 50ms\tremaining: 2.1s",
            &["learn 1@7=0.5", "test 1@7=0.6", "best 1@7=0.6"],
        ),
        ("Iteration 5, loss = 0.31062", &["loss 1@5=0.31062"]),
        (
            "Epoch [1][50/1000]\tlr: 2.0e-03, eta: 1:00:00, time: 0.35, data_time: 0.01, memory: 3000, loss_cls: 0.5",
            &["lr 1@1050=0.002", "loss_cls 1@1050=0.5", "epoch 1@1050=1"],
        ),
        (
            "epoch 001 | loss 4.567 | ppl 23.7 | wps 1000 | num_updates 100 | lr 1e-05",
            &[
                "loss 1@100=4.567",
                "ppl 1@100=23.7",
                "lr 1@100=0.00001",
                "epoch 1@100=1",
            ],
        ),
        (
            " iteration      100/  500000 | consumed samples: 3200 | elapsed time per iteration (ms): 500.0 | \
             learning rate: 1.0E-05 | lm loss: 1.02E+01 |",
            &["learning rate 1@100=0.00001", "lm loss 1@100=10.2"],
        ),
        (
            "iter 100: loss 2.5, time 30.2ms, mfu: 3.4%",
            &["loss 1@100=2.5", "mfu 1@100=3.4"],
        ),
        (
            "step 0: train loss 4.28, val loss 4.27",
            &["train loss 1@0=4.28", "val loss 1@0=4.27"],
        ),
        (
            "INFO:tensorflow:loss = 0.3, step = 100 (0.5 sec)",
            &["loss 1@100=0.3"],
        ),
        ("loss: 2.303494  [   64/60000]", &["loss 1@64=2.303494"]),
    ] {
        check(line, wanted);
    }
}

#[test]
fn what_is_no_metric() {
    for (key, line) in IGNORED {
        assert!(line.contains(key), "{line}");
        check(line, &[]);
    }
    for line in [
        "2026-11-23 20:25:57",
        "[2026-11-23 20:25:57] [INFO] | loss=0.5 epoch 3",
        "localhost:8080 10.0.0.3:5123 cuda:0",
        "http://host/x?y=3&step=4",
        "python train.py --lr=0.1 --epochs=3 /data/a=3 ./b=3",
        "torch==2.1.0 numpy=1.26.4 python: 3.11.2",
        "Total params: 40 (160.00 B)",
        "Memory: 512 MB, free: 3.2 GiB, took: 12 s, speed: 187 it/s",
        "a=3ms b=0x1f c=1.2.3 d=10/20 e=1:30 f=2026-11-23 g=1e5x h=1,23",
        "if x == 3 or y >= 4 or z != 5 then w := 6; a::b: 3::4 k=>3",
        "100%|██████████| 40/40 [00:00<00:00, 85.18batch/s]",
        "50%|#####     | 1/2 [00:00<00:00,  3.27it/s]",
        "12/12 ━━━━━━━━━━━━━━━━━━━━ 2s 54ms/step",
        "Found 3 files in 5 folders at line 7",
        "main.py:33: warning",
        "  File \"train.py\", line 33, in main",
        "date: 2026-11-23",
        "foo: bar=",
        "=0.5 : 3",
        "nano=3x in=fx",
        "第三步=",
    ] {
        check(line, &[]);
    }
}

/** Money: recharged with the test provider, spent on packs and VIP, used by tasks, and never taken otherwise. */

import { Api } from "../support/api.ts";
import { App, newAccount } from "../support/app.ts";
import { startBackend } from "../support/backend.ts";
import { accessible, fits, picture } from "../support/checks.ts";
import { expect, test } from "../support/fixtures.ts";
import { words } from "../support/words.ts";

const t = words("en");

test("recharged, spent and used", { tag: "@journey" }, async ({ page, log }) => {
  // Everything counts here, as on a new installation.
  const backend = await startBackend([]);
  try {
    const api = await Api.register(backend.url, newAccount("payer"));
    const app = new App(page, backend.url, t);
    const look = async (name: string): Promise<void> => {
      await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
      await accessible(page, name);
      await fits(page, name);
      await picture(page, `money/${name}`);
    };
    const balance = (yuan: string) => page.getByText(`${yuan} yuan`, { exact: true }).first();
    await app.open("/login");
    await app.signIn(api.account.name, api.account.password);
    await expect(page).not.toHaveURL(/login/);

    // Declining changes nothing.
    const recharge = async (yuan: string): Promise<void> => {
      await app.open("/account/wallet");
      await app.field("billing.amount").fill(yuan);
      await app.button("billing.to_payment").click();
      await expect(page).toHaveURL(/\/account\/order\/[0-9a-f]{32}$/);
      await expect(page.getByText(t("billing.test_title"))).toBeVisible();
    };
    await app.open("/account/wallet");
    await app.field("billing.amount").fill("0.5");
    await app.button("billing.to_payment").click();
    await expect(page.getByText(t("billing.amount_wrong"))).toBeVisible();
    await recharge("20");
    await look("order");
    await app.button("billing.test_decline").click();
    await expect(page.getByText(t("billing.failed_text"))).toBeVisible();
    await app.link("billing.to_wallet").click();
    await expect(balance("0.00")).toBeVisible();
    await expect(page.getByText(t("billing.no_records"))).toBeVisible();

    await recharge("60.5");
    await app.button("billing.test_pay").click();
    await expect(page.getByText(t("billing.paid_recharge"))).toBeVisible();
    await app.link("billing.to_wallet").click();
    await expect(balance("60.50")).toBeVisible();
    await expect(page.getByRole("cell", { name: "+60.50 yuan" })).toBeVisible();

    // A pack, with the keyboard alone.
    await app.open("/account/plan");
    await look("plan");
    const pack = t("billing.pack_cpu", { time: "10 h" });
    await page.getByRole("button", { name: `${t("billing.buy")} ${pack}`, exact: true }).focus();
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText(pack)).toBeVisible();
    await look("summary");
    const pay = dialog.getByRole("button", { name: t("billing.pay_now", { amount: "7.00 yuan" }), exact: true });
    for (let presses = 0; presses < 10 && !(await pay.evaluate((button) => button === document.activeElement)); presses++) {
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await expect(dialog).toBeHidden();
    await expect(page.getByText(t("billing.bought", { what: pack })).first()).toBeVisible();
    await expect(balance("53.50")).toBeVisible();

    // A task uses the plan's time, and stands in the records.
    const project = await api.create("code", "iris");
    const version = await api.upload(project, "code", [{ path: "main.sh", text: "sleep 2\n" }]);
    const task = await api.run(version, "bash main.sh");
    await app.open(`/task/${task}`);
    await expect(page.getByText(t("task.state_success"), { exact: true }).first()).toBeVisible({ timeout: 30_000 });
    await app.open("/account/usage");
    await expect(page.getByText(/^9 h 59 min 5\d s of 10 h/)).toBeVisible();
    await expect(page.getByText(/^10 h of a pack of 10 h/)).toBeVisible();
    await look("usage");
    // Who wants time of a kind is led to its packs.
    await page.setViewportSize({ width: 1440, height: 480 });
    await app.link("billing.buy_gpu").click();
    await expect(page.getByRole("heading", { name: t("billing.packs_gpu") })).toBeInViewport();
    await page.reload();
    await expect(page.getByRole("heading", { name: t("billing.packs_gpu") })).toBeInViewport();
    await page.setViewportSize({ width: 1440, height: 900 });
    await app.open("/account/wallet?kind=usage");
    await expect(page.getByRole("row", { name: /iris.*plan \d+ s/ })).toBeVisible();
    await look("wallet");
    const download = page.waitForEvent("download");
    await app.button("billing.csv").click();
    expect((await download).suggestedFilename()).toBe("russellcloud-records.csv");

    // VIP lifts the limit of private projects.
    const makePrivate = async (): Promise<void> => {
      await app.open("/new/project");
      await app.field("new.name").fill("secret");
      await page.getByText(t("common.private"), { exact: true }).click();
      await app.button("new.project.create").click();
    };
    await makePrivate();
    await expect(page.getByText(t("errors.private_limit"))).toBeVisible();
    log.expected(/^$/);
    await app.open("/account/plan");
    const vip = t("billing.vip_months_1");
    await page.getByRole("button", { name: `${t("billing.buy")} ${vip}`, exact: true }).click();
    await dialog.getByRole("button", { name: t("billing.pay_now", { amount: "50.00 yuan" }), exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(balance("3.50")).toBeVisible();
    await makePrivate();
    await expect(page).toHaveURL(/\/project\/secret$/);
    log.silent("money");
  } finally {
    await backend.remove();
  }
});

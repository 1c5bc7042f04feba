/** The keyboard mode itself: what it must not let pass. */

import type { Page } from "@playwright/test";
import { expect, test } from "../support/fixtures.ts";

test.describe("with the keyboard alone", { tag: "@keyboard" }, () => {
  const show = (page: Page, html: string) => page.setContent(`<html lang="en"><body><main>${html}</main></body></html>`);

  test("everything is reached, written and chosen with keys", async ({ page }) => {
    await show(
      page,
      `<label>Name <input></label> <label><input type="checkbox"> Tick</label>
       <fieldset><label><input type="radio" name="r" checked> One</label><label><input type="radio" name="r"> Two</label></fieldset>
       <label>Of <select><option value="a">A</option><option value="b">B</option></select></label>
       <input type="file" aria-label="File"> <button onclick="this.textContent = 'Pressed'">Press</button>`,
    );
    await page.getByLabel("Name").fill("first");
    await page.getByLabel("Name").fill("第二 2");
    await expect(page.getByLabel("Name")).toHaveValue("第二 2");
    await page.getByText("Two").click();
    await expect(page.getByLabel("Two")).toBeChecked();
    await page.getByLabel("Tick").check();
    await page.getByLabel("Of").selectOption("B");
    await page.getByLabel("File").setInputFiles({ name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") });
    expect(await page.getByLabel("File").evaluate((input: HTMLInputElement) => input.files?.[0]?.name)).toBe("a.txt");
    await page.getByRole("button", { name: "Press" }).click();
    await expect(page.getByRole("button", { name: "Pressed" })).toBeFocused();
  });

  test("a thing that Tab does not find", async ({ page }) => {
    await show(page, "<button>One</button><button tabindex=-1>Fork</button><button>Two</button>");
    await expect(page.getByRole("button", { name: "Fork" }).click()).rejects.toThrow("not reachable with Tab: button 'Fork'");
    await show(page, "<a href=#>One</a><p>words</p>");
    await expect(page.getByText("words").click()).rejects.toThrow("nothing that takes the focus: p 'words'");
  });

  test("a focus that is not seen", async ({ page }) => {
    await show(page, "<style>.x:focus { outline: none }</style><button>One</button><button class=x>Two</button><button>Three</button>");
    await expect(page.getByRole("button", { name: "Three" }).click()).rejects.toThrow("no visible focus ring: button 'Two'");
  });

  test("a focus that is trapped", async ({ page }) => {
    const many = "<button>Far</button>".repeat(8);
    await show(page, `<input aria-label="Trap" onkeydown="if (event.key === 'Tab') event.preventDefault()">${many}<button>Out</button>`);
    await page.getByLabel("Trap").focus();
    await expect(page.getByRole("button", { name: "Out" }).click()).rejects.toThrow("the focus is trapped on the way to button 'Out'");
  });

  test("a focus that is lost", async ({ page }) => {
    await show(page, "<button onclick=this.remove()>Gone</button><button>Next</button>");
    await page.getByRole("button", { name: "Gone" }).click();
    await expect(page.getByRole("button", { name: "Next" }).click()).rejects.toThrow(/the focus is lost[^]*button 'Gone'/);
  });

  test("a mouse", async ({ page }) => {
    await show(page, "<button>One</button>");
    expect(() => page.mouse.click(1, 1)).toThrow("there is no mouse");
    expect(() => page.getByRole("button").dblclick()).toThrow("there is no mouse");
    expect(() => page.click("button")).toThrow("there is no mouse");
  });
});

/**
 * The journeys with the keyboard alone: what the tests say of buttons, links and fields is done with keys, as a person does
 * who has no mouse. A thing that Tab does not find, that does not show its focus, or that takes the focus along when it
 * goes, fails the test.
 */

import { expect, test, type JSHandle, type Locator, type Page } from "@playwright/test";
import { install, type Kind, type Stop } from "./in-page.ts";

/** Milliseconds until a thing has to be there. */
const PATIENCE = 15_000;

/** Whether this test is done with the keyboard alone. */
export function byKeyboard(): boolean {
  return test.info().project.name === "keyboard";
}

const stopNow = (page: Page): Promise<Stop> => page.evaluate(() => window.keys!.stop());

/** The control that a locator means, once it is on the page and can be used. */
async function control(target: Locator, timeout: number): Promise<{ handle: JSHandle<Element>; kind: Kind; name: string }> {
  // A box to tick that is drawn by its label is no less there.
  await target.waitFor({ state: "attached", timeout });
  await expect(target).toBeEnabled({ timeout });
  await target.page().evaluate(install);
  const handle = await target.evaluateHandle((element) => window.keys!.control(element));
  const [kind, name] = await handle.evaluate((element) => [window.keys!.kind(element), window.keys!.name(element)] as const);
  return { handle, kind, name };
}

/** Whatever was done last has left the focus somewhere: also what it took away. */
export async function kept(page: Page): Promise<void> {
  const lost = (): Promise<string | null> => page.evaluate(() => (window.keys?.stop().nowhere ? window.keys.done : null));
  await expect.poll(lost, { message: "the focus is lost after this was done", timeout: PATIENCE }).toBeNull();
}

/** Moves the focus with Tab until it is on a thing; of radio buttons, on its group. */
async function reach(target: Locator, timeout = PATIENCE): Promise<{ handle: JSHandle<Element>; kind: Kind; name: string }> {
  const page = target.page();
  let found = await control(target, timeout);
  await kept(page);
  await found.handle.evaluate((element) => window.keys!.seek(element));
  const way: string[] = [];
  for (let presses = 0; ; presses++) {
    const stop = await stopNow(page);
    if (stop.unseen !== null) throw new Error(`no visible focus ring: ${stop.unseen}`);
    if (stop.here) return found;
    if (!stop.there) {
      // Made anew meanwhile: a list that was asked for again.
      found = await control(target, timeout);
      await found.handle.evaluate((element) => window.keys!.seek(element));
    }
    if (presses > stop.stops + 8) {
      const trapped = new Set(way.slice(-12)).size <= 3 && stop.stops > 6;
      throw new Error(`${trapped ? "the focus is trapped on the way to" : "not reachable with Tab:"} ${found.name}\nthe last stops: ${way.slice(-12).join(", ")}`);
    }
    way.push(stop.name);
    await page.keyboard.press(stop.key);
  }
}

/** Presses a key on what has the focus, and remembers it for the case that the focus is gone afterwards. */
async function press(page: Page, key: string, on: string): Promise<void> {
  await page.evaluate((on) => (window.keys!.done = on), on);
  await page.keyboard.press(key);
}

/** Moves within a widget with one key until `there` holds. */
async function step(page: Page, key: string, name: string, there: () => Promise<boolean>): Promise<void> {
  for (let presses = 0; !(await there()); presses++) {
    if (presses > 60) throw new Error(`not reachable with ${key}: ${name}`);
    await page.keyboard.press(key);
  }
}

/**
 * Where the focus is after a link: on the heading of the page it led to, or still on the link if only a part is new. A link in
 * a page that has gone is gone too.
 */
async function arrived(page: Page, before: string, link: JSHandle<Element>, name: string): Promise<void> {
  const path = (url: string): string => new URL(url).pathname;
  if (path(page.url()) === path(before)) return;
  const focused = async (): Promise<string> => {
    try {
      return await page.evaluate((link) => {
        const active = document.activeElement;
        const part = active === link && link.closest("main") !== null;
        return part || active?.matches("main h1") ? "right" : window.keys!.name(active ?? document.body);
      }, link);
    } catch {
      // Another document: the browser has begun anew.
      return "right";
    }
  };
  await expect.poll(focused, { message: `the heading has the focus after ${name}`, timeout: PATIENCE }).toBe("right");
}

/** Goes to a control and uses it. */
async function use(target: Locator, timeout = PATIENCE): Promise<void> {
  const page = target.page();
  const { kind, name, handle } = await control(target, timeout);
  if (kind === "menuitem") {
    const menu = () => handle.evaluate((item) => item.closest("[role=menu]")?.contains(document.activeElement) ?? false);
    await expect.poll(menu, { message: `an open menu has the focus: ${name}` }).toBe(true);
    await step(page, "ArrowDown", name, () => handle.evaluate((item) => item === document.activeElement));
    const url = page.url();
    await press(page, "Enter", name);
    return arrived(page, url, handle, name);
  }
  if (kind === "option") return choose(target, name);
  if (kind === "none") throw new Error(`nothing that takes the focus: ${name}`);
  const at = await reach(target, timeout);
  switch (kind) {
    case "radio":
      await step(page, "ArrowRight", name, () => at.handle.evaluate((radio) => radio === document.activeElement));
      // Of a group without a choice the first is reached without being chosen.
      if (!(await at.handle.evaluate((radio) => (radio as HTMLInputElement).checked))) await press(page, "Space", name);
      return;
    case "checkbox":
    case "toggle":
      return press(page, "Space", name);
    case "link": {
      const url = page.url();
      await press(page, "Enter", name);
      return arrived(page, url, at.handle, name);
    }
    case "button":
      return press(page, "Enter", name);
    default:
  }
}

/** Chooses a suggestion: the focus stays in the field, the arrows go through the list. */
async function choose(option: Locator, name: string): Promise<void> {
  const page = option.page();
  const list = await option.evaluate((option) => option.closest("[role=listbox]")!.id);
  const box = page.locator(`[role=combobox][aria-controls="${list}"]`);
  await reach(box);
  await step(page, "ArrowDown", name, async () => (await box.getAttribute("aria-activedescendant")) === (await option.getAttribute("id")));
  await press(page, "Enter", name);
  // The choice may take the field along.
  await expect(box.and(page.locator("[aria-expanded=true]"))).toHaveCount(0);
}

/** Replaces what stands in a field. */
async function write(target: Locator, text: string, timeout = PATIENCE): Promise<void> {
  const { name } = await reach(target, timeout);
  const page = target.page();
  await press(page, "Control+A", name);
  await page.keyboard.press("Delete");
  await page.keyboard.type(text);
}

async function tick(target: Locator, on: boolean, timeout = PATIENCE): Promise<void> {
  if ((await target.isChecked({ timeout })) !== on) await use(target, timeout);
  await (on ? expect(target).toBeChecked() : expect(target).not.toBeChecked());
}

/** Chooses in a native list by value or by words. */
async function select(target: Locator, wanted: string): Promise<void> {
  const { name } = await reach(target);
  const page = target.page();
  const place = (): Promise<number> =>
    target.evaluate((select, wanted) => {
      const { options, selectedIndex } = select as HTMLSelectElement;
      const at = [...options].findIndex((option) => option.value === wanted || option.label === wanted);
      return at < 0 ? NaN : at - selectedIndex;
    }, wanted);
  await expect.poll(place, { message: `${name} offers ${wanted}` }).not.toBeNaN();
  await step(page, (await place()) > 0 ? "ArrowDown" : "ArrowUp", `${wanted} of ${name}`, async () => (await place()) === 0);
}

/** Chooses files: by the input itself, or by the button that stands for one that is hidden. */
async function pick(target: Locator, files: Parameters<Locator["setInputFiles"]>[0]): Promise<void> {
  const page = target.page();
  await target.waitFor({ state: "attached" });
  const words = await target.evaluate((input) => (input.checkVisibility() ? null : input.getAttribute("aria-label")));
  const opener = words === null ? target : page.getByRole("button", { name: words, exact: true });
  const { name } = await reach(opener);
  // Nobody can answer the dialog that gives handles; without it the input asks, as in browsers that have none.
  await page.evaluate(() => Object.assign(window, { showDirectoryPicker: undefined, showOpenFilePicker: undefined }));
  const chooser = page.waitForEvent("filechooser");
  await press(page, "Enter", name);
  await (await chooser).setFiles(files);
}

function noMouse(what: string): () => never {
  return () => {
    throw new Error(`${what}: there is no mouse`);
  };
}

/** Does with keys what the tests ask of a page's parts, until the answer is called. */
export function takeMouseAway(page: Page): () => void {
  const undo: (() => void)[] = [];
  const replace = <T extends object>(prototype: T, methods: Partial<T>): void => {
    for (const [name, method] of Object.entries(methods)) {
      const before = Object.getOwnPropertyDescriptor(prototype, name)!;
      Object.defineProperty(prototype, name, { ...before, value: method });
      undo.push(() => Object.defineProperty(prototype, name, before));
    }
  };
  const locator = Object.getPrototypeOf(page.locator("body")) as Locator;
  replace<Locator>(locator, {
    click(this: Locator, options) {
      return use(this, options?.timeout);
    },
    check(this: Locator, options) {
      return tick(this, true, options?.timeout);
    },
    uncheck(this: Locator, options) {
      return tick(this, false, options?.timeout);
    },
    setChecked(this: Locator, checked, options) {
      return tick(this, checked, options?.timeout);
    },
    fill(this: Locator, value, options) {
      return write(this, value, options?.timeout);
    },
    clear(this: Locator, options) {
      return write(this, "", options?.timeout);
    },
    async focus(this: Locator, options) {
      await reach(this, options?.timeout);
    },
    async hover(this: Locator, options) {
      await reach(this, options?.timeout);
    },
    async press(this: Locator, key, options) {
      const { name } = await reach(this, options?.timeout);
      await press(this.page(), key, name);
    },
    async pressSequentially(this: Locator, text, options) {
      await reach(this, options?.timeout);
      await this.page().keyboard.type(text);
    },
    async selectOption(this: Locator, values) {
      if (typeof values !== "string") throw new Error("one choice, by its value or its words");
      await select(this, values);
      return [values];
    },
    setInputFiles(this: Locator, files) {
      return pick(this, files);
    },
    dblclick: noMouse("dblclick"),
    tap: noMouse("tap"),
    dragTo: noMouse("dragTo"),
    dispatchEvent: noMouse("dispatchEvent"),
    blur: noMouse("blur"),
  });
  replace<Page["mouse"]>(Object.getPrototypeOf(page.mouse) as Page["mouse"], {
    move: noMouse("mouse.move"),
    click: noMouse("mouse.click"),
    dblclick: noMouse("mouse.dblclick"),
    down: noMouse("mouse.down"),
    up: noMouse("mouse.up"),
    wheel: noMouse("mouse.wheel"),
  });
  replace<Page>(Object.getPrototypeOf(page) as Page, {
    click: noMouse("page.click"),
    dblclick: noMouse("page.dblclick"),
    fill: noMouse("page.fill"),
    check: noMouse("page.check"),
    uncheck: noMouse("page.uncheck"),
    focus: noMouse("page.focus"),
    hover: noMouse("page.hover"),
    tap: noMouse("page.tap"),
    selectOption: noMouse("page.selectOption"),
    setInputFiles: noMouse("page.setInputFiles"),
    dragAndDrop: noMouse("page.dragAndDrop"),
    dispatchEvent: noMouse("page.dispatchEvent"),
  });
  return () => undo.reverse().forEach((one) => one());
}

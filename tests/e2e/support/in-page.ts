/** What the keyboard mode asks of a page; runs in the page. */

/** Where the focus is. */
export interface Stop {
  /** On the thing that is looked for, or on another choice of its group. */
  here: boolean;
  /** On nothing: the document itself. */
  nowhere: boolean;
  /** What has it, in words. */
  name: string;
  /** What looked the same with the focus as without, in words; null if everything showed it. */
  unseen: string | null;
  /** The thing that is looked for is still on the page. */
  there: boolean;
  /** The key that leads nearer. */
  key: "Tab" | "Shift+Tab";
  /** How many things take the focus by Tab. */
  stops: number;
}

/** How a thing is used with keys. */
export type Kind = "link" | "button" | "toggle" | "checkbox" | "radio" | "select" | "text" | "file" | "menuitem" | "option" | "none";

/** In the page: `window.keys`. */
export interface InPage {
  /** What a click on this would reach: the control that it is part of or the label of. */
  control(element: Element): Element;
  kind(element: Element): Kind;
  /** Looks for a thing from now on. */
  seek(target: Element): void;
  stop(): Stop;
  /** What was done last with a key; it is forgotten with the page. */
  done: string | null;
  name(element: Element): string;
}

declare global {
  interface Window {
    keys?: InPage;
  }
}

/** Puts `window.keys` there unless it is. */
export function install(): void {
  if (window.keys) return;
  const parts = "a[href],button,input,select,textarea,summary,iframe,[tabindex]:not([tabindex='-1']),[role=option],[role=menuitem],[role=menuitemradio]";
  let target: Element | null = null;
  // How the target looks without the focus.
  let rest = "";
  let before: { element: Element; look: string } | null = null;

  const name = (element: Element): string => {
    const labels = element instanceof HTMLInputElement || element instanceof HTMLSelectElement || element instanceof HTMLTextAreaElement ? [...(element.labels ?? [])] : [];
    const words = element.getAttribute("aria-label") || labels.map((label) => label.textContent).join(" ") || element.textContent || "";
    const role = element.getAttribute("role") || { A: "link" }[element.tagName] || element.tagName.toLowerCase();
    return `${role} '${words.trim().replace(/\s+/g, " ").slice(0, 60)}'`;
  };
  // What a focus ring can be made of, on the thing, on what it is drawn by, and around it.
  const look = (element: Element): string => {
    const drawn = [element, element.nextElementSibling, element.parentElement, element.parentElement?.parentElement];
    const styles = drawn.map((one) => {
      if (!one) return "";
      const style = getComputedStyle(one);
      const outline = style.outlineStyle === "none" || style.outlineWidth === "0px" ? "" : `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`;
      return `${outline} ${style.boxShadow} ${style.borderTopColor} ${style.borderTopWidth}`;
    });
    return styles.join("|");
  };
  const shown = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true }) && element.getClientRects().length > 0;
  const modal = (): Element => [...document.querySelectorAll("dialog:modal")].at(-1) ?? document.body;
  const stops = (): HTMLElement[] =>
    [...modal().querySelectorAll<HTMLElement>(parts)].filter((one) => one.tabIndex >= 0 && !(one as HTMLButtonElement).disabled && shown(one));
  const group = (element: Element): Element[] => {
    if (!(element instanceof HTMLInputElement) || element.type !== "radio") return [element];
    return [...document.querySelectorAll<HTMLInputElement>("input[type=radio]")].filter((one) => one.name === element.name && one.form === element.form);
  };

  window.keys = {
    done: null,
    name,
    control(element) {
      const part = element.closest(`${parts},label`) ?? element;
      return part instanceof HTMLLabelElement ? (part.control ?? element) : part;
    },
    kind(element) {
      const role = element.getAttribute("role");
      if (role === "option") return "option";
      if (role?.startsWith("menuitem")) return "menuitem";
      if (element instanceof HTMLInputElement) {
        if (element.type === "checkbox" || element.type === "radio" || element.type === "file") return element.type;
        return "text";
      }
      if (element instanceof HTMLTextAreaElement) return "text";
      if (element instanceof HTMLSelectElement) return "select";
      if (element instanceof HTMLAnchorElement) return "link";
      if (element instanceof HTMLButtonElement) return element.hasAttribute("aria-pressed") ? "toggle" : "button";
      return element.tagName === "SUMMARY" ? "button" : "none";
    },
    seek(element) {
      target = element;
      rest = document.activeElement === element ? "" : look(element);
    },
    stop() {
      const active = document.activeElement;
      const nowhere = active === null || active === document.body || active === document.documentElement;
      let unseen: string | null = null;
      // A text cursor blinks in a field; everything else has to look different.
      if (before && before.element !== active && before.element.isConnected && shown(before.element) && look(before.element) === before.look) {
        unseen = name(before.element);
      }
      before = !nowhere && (active as HTMLElement).tabIndex >= 0 ? { element: active!, look: look(active!) } : null;
      const here = target !== null && active !== null && group(target).includes(active);
      if (here && active === target && rest !== "" && look(active!) === rest) unseen = name(active!);
      const after = !target || nowhere || Boolean(active!.compareDocumentPosition(target) & Node.DOCUMENT_POSITION_FOLLOWING);
      return {
        here,
        nowhere,
        name: nowhere ? "nothing" : name(active!),
        unseen,
        there: target?.isConnected ?? false,
        key: after ? "Tab" : "Shift+Tab",
        stops: stops().length,
      };
    },
  };
}

/** The app's own texts, so that a test names what is meant and works in both languages. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./process.ts";

export type Language = "en" | "zh";
export const languages: Language[] = ["en", "zh"];

/** What a browser of that language says of itself. */
export const locale: Record<Language, string> = { en: "en-GB", zh: "zh-CN" };

export type Words = (key: string, values?: Record<string, string | number>) => string;

/** Texts of one language: `words("en")("account.sign_in")` is what locales/en/account.json says under sign_in. */
export function words(language: Language): Words {
  const files = new Map<string, Record<string, unknown>>();
  return (key, values = {}) => {
    const [file, ...path] = key.split(".");
    if (!files.has(file!)) {
      files.set(file!, JSON.parse(readFileSync(join(root, "locales", language, `${file}.json`), "utf8")));
    }
    let text: unknown = files.get(file!);
    for (const part of path) text = (text as Record<string, unknown> | undefined)?.[part];
    if (typeof text !== "string") throw new Error(`locales/${language} has no text ${key}`);
    return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: string) => {
      if (!(name in values)) throw new Error(`${key} needs ${name}`);
      return String(values[name]);
    });
  };
}

/** The text as a pattern in which every value may be anything. */
export function pattern(t: Words, key: string): RegExp {
  const anything = new Proxy({}, { has: () => true, get: () => "\u0000" });
  const literal = t(key, anything).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("\u0000", ".+")}$`);
}

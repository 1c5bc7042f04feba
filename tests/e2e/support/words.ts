/** The app's own texts, so that a test names what is meant and works in both languages. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./process.ts";
import type accountTexts from "../../../locales/en/account.json";
import type billingTexts from "../../../locales/en/billing.json";
import type commonTexts from "../../../locales/en/common.json";
import type entityTexts from "../../../locales/en/entity.json";
import type errorsTexts from "../../../locales/en/errors.json";
import type filesTexts from "../../../locales/en/files.json";
import type listsTexts from "../../../locales/en/lists.json";
import type liveTexts from "../../../locales/en/live.json";
import type logTexts from "../../../locales/en/log.json";
import type metricsTexts from "../../../locales/en/metrics.json";
import type manageTexts from "../../../locales/en/manage.json";
import type markdownTexts from "../../../locales/en/markdown.json";
import type newTexts from "../../../locales/en/new.json";
import type notebookTexts from "../../../locales/en/notebook.json";
import type noticesTexts from "../../../locales/en/notices.json";
import type piecesTexts from "../../../locales/en/pieces.json";
import type previewTexts from "../../../locales/en/preview.json";
import type runTexts from "../../../locales/en/run.json";
import type searchTexts from "../../../locales/en/search.json";
import type settingsTexts from "../../../locales/en/settings.json";
import type shellTexts from "../../../locales/en/shell.json";
import type socialTexts from "../../../locales/en/social.json";
import type taskTexts from "../../../locales/en/task.json";
import type tasksTexts from "../../../locales/en/tasks.json";
import type trashTexts from "../../../locales/en/trash.json";
import type uiTexts from "../../../locales/en/ui.json";
import type uploadTexts from "../../../locales/en/upload.json";

export type Language = "en" | "zh";
export const languages: Language[] = ["en", "zh"];

/** What a browser of that language says of itself. */
export const locale: Record<Language, string> = { en: "en-GB", zh: "zh-CN" };

interface Texts {
  account: typeof accountTexts;
  billing: typeof billingTexts;
  common: typeof commonTexts;
  entity: typeof entityTexts;
  errors: typeof errorsTexts;
  files: typeof filesTexts;
  lists: typeof listsTexts;
  live: typeof liveTexts;
  log: typeof logTexts;
  metrics: typeof metricsTexts;
  manage: typeof manageTexts;
  markdown: typeof markdownTexts;
  new: typeof newTexts;
  notebook: typeof notebookTexts;
  notices: typeof noticesTexts;
  pieces: typeof piecesTexts;
  preview: typeof previewTexts;
  run: typeof runTexts;
  search: typeof searchTexts;
  settings: typeof settingsTexts;
  shell: typeof shellTexts;
  social: typeof socialTexts;
  task: typeof taskTexts;
  tasks: typeof tasksTexts;
  trash: typeof trashTexts;
  ui: typeof uiTexts;
  upload: typeof uploadTexts;
}

type Below<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${Below<T[K]>}` }[keyof T & string];

/** A text's file and its path in there, for example `entity.tabs.files`. A key that does not exist is a type error. */
export type Key = { [F in keyof Texts]: `${F}.${Below<Texts[F]>}` }[keyof Texts];

export type Words = (key: Key, values?: Record<string, string | number>) => string;

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
export function pattern(t: Words, key: Key): RegExp {
  const anything = new Proxy({}, { has: () => true, get: () => "\u0000" });
  const literal = t(key, anything).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("\u0000", ".+")}$`);
}

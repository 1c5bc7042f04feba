/** How long something takes in a page, from what the user does to the frame that shows what comes of it. */

import type { Page } from "@playwright/test";

/** What to wait for, in the page: evaluated before each frame. */
export interface Awaited {
  /** The end of the path in the address bar. */
  path?: string;
  /** What a heading or, with `rows`, the first link of the table has to contain. */
  text?: string;
  /** The first link of the table has to be another one than this. */
  other?: string;
  /** Whether the table is looked at. */
  rows?: boolean;
  /** Whether lines that stand for something to come count as content. */
  whole?: boolean;
}

/** Milliseconds, all in all and of these with a request of the API on its way. */
export interface Took {
  all: number;
  api: number;
}

interface Watched {
  watch(event: string, awaited: Awaited): void;
  took: Promise<Took> | undefined;
}

/** Has to be called before the page is opened. */
export async function prepare(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const watched: Watched = {
      took: undefined,
      watch(event, awaited) {
        watched.took = new Promise((resolve) => {
          let begin = 0;
          const start = (event: Event): void => void (begin = event.timeStamp);
          window.addEventListener(event, start, { capture: true });
          const there = (): boolean => {
            const main = document.querySelector("main");
            if (!begin || !main || (awaited.path && !location.pathname.endsWith(awaited.path))) return false;
            const shown = main.querySelector(awaited.rows ? "tbody a" : "h1")?.textContent ?? "";
            if (!shown || (awaited.text && !shown.includes(awaited.text)) || shown === awaited.other) return false;
            return !awaited.whole || !main.querySelector(".skeleton");
          };
          const look = (): void => {
            if (!there()) return void requestAnimationFrame(look);
            // This frame shows it; the next one begins when it is on screen.
            requestAnimationFrame((end) => {
              window.removeEventListener(event, start, { capture: true });
              const spans = (performance.getEntriesByType("resource") as PerformanceResourceTiming[])
                .filter(({ name, responseEnd }) => new URL(name).pathname.startsWith("/api/") && responseEnd > begin)
                .map(({ startTime, responseEnd }): [number, number] => [Math.max(startTime, begin), Math.min(responseEnd, end)])
                .sort(([a], [b]) => a - b);
              let api = 0;
              let until = 0;
              for (const [from, to] of spans) {
                api += Math.max(0, to - Math.max(from, until));
                until = Math.max(until, to);
              }
              resolve({ all: end - begin, api });
            });
          };
          requestAnimationFrame(look);
        });
      },
    };
    performance.setResourceTimingBufferSize(10_000);
    (window as unknown as { watched: Watched }).watched = watched;
  });
}

/** Does something, which begins with `event` in the page, and answers how long it was until what is awaited was on screen. */
export async function timed(page: Page, event: string, awaited: Awaited, act: () => Promise<unknown>): Promise<Took> {
  await page.evaluate(([event, awaited]) => (window as unknown as { watched: Watched }).watched.watch(event, awaited), [event, awaited] as const);
  await act();
  return page.evaluate(() => (window as unknown as { watched: Watched }).watched.took!);
}

import base from "./playwright.config.ts";

/** What is proved in Firefox, run by scripts/soak.sh. Playwright only runs the tests: they start Firefox themselves. */
export default { ...base, testDir: "firefox", projects: [{ name: "firefox" }] };

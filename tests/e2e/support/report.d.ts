/** What the tests use of the page's own script. */
declare module "*/public/report.js" {
  export function scrub(words: string): string;
  export function frames(stack: string): { function: string; filename: string; lineno?: number; colno?: number; instruction_addr?: string; in_app: boolean }[];
}

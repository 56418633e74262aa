/* Reads a style sheet and writes it for pages without scripts too, on which data-theme stays "auto": they follow the
   reader's system. */
import { readFileSync } from "node:fs";
import postcss from "postcss";

const chosen = (scheme) => new RegExp(`(?<!:not\\()\\[data-theme="?${scheme}"?\\]`);
const forAuto = (rule, scheme) => rule.selectors.filter((selector) => chosen(scheme).test(selector))
  .map((selector) => selector.replace(chosen(scheme), '[data-theme="auto"]'));

const sheet = postcss.parse(readFileSync(0, "utf-8"));
/** @type {import("postcss").Rule[]} */
const rules = [];
sheet.walkRules((rule) => void rules.push(rule));
const counts = { light: 0, dark: 0 };
for (const rule of rules) {
  const [light, dark] = ["light", "dark"].map((scheme) => forAuto(rule, scheme));
  counts.light += light.length;
  counts.dark += dark.length;
  if (dark.length && !light.length) {
    const system = postcss.atRule({ name: "media", params: "screen and (prefers-color-scheme: dark)" });
    system.append(rule.clone({ selectors: dark }));
    rule.after(system);
  }
  if (light.length) rule.selectors = [...rule.selectors, ...light];
}
for (const [scheme, count] of Object.entries(counts)) {
  if (!count) throw new Error(`no rule is for [data-theme="${scheme}"] any more: has the theme changed?`);
}
process.stdout.write(sheet.toString());

/* Lighthouse's mobile preset on pages of a local server: node lighthouse.mjs <settings as JSON>.

   settings  {chrome: path of the browser, flags: its switches, categories: [...], addresses: [...]}
   prints    one line of JSON per page: {address, scores: {category: 0…100}, misses: [what cost points], timings, warnings, host: its speed} */
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";

const { chrome, flags, categories, addresses } = JSON.parse(process.argv[2]);
// Only the performance needs a slowed-down network and processor.
const options = categories.includes("performance") ? {} : { throttlingMethod: "provided", disableFullPageScreenshot: true };
const browser = await launch({ chromePath: chrome, chromeFlags: flags, logLevel: "error" });
try {
  for (const address of addresses) {
    const settings = { ...options, port: browser.port, onlyCategories: categories, logLevel: "error" };
    const { lhr } = await lighthouse(address, settings);
    if (lhr.runtimeError) throw new Error(`${address}: ${lhr.runtimeError.message}`);
    const scores = Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, Math.round(100 * score)]));
    const weighty = new Set(Object.values(lhr.categories).flatMap(
      ({ auditRefs }) => auditRefs.filter(({ weight }) => weight > 0).map(({ id }) => id)));
    const misses = Object.values(lhr.audits).filter(({ id, score }) => weighty.has(id) && score !== null && score < 1)
      .map(({ id, score, displayValue, details }) => ({ id, score, value: displayValue, items: details?.items?.slice(0, 5) }));
    const timings = Object.fromEntries(["first-contentful-paint", "largest-contentful-paint", "total-blocking-time",
      "cumulative-layout-shift", "speed-index"].map((id) => [id, lhr.audits[id]?.numericValue]));
    console.log(JSON.stringify({ address, scores, misses, timings, warnings: lhr.runWarnings, host: lhr.environment.benchmarkIndex }));
  }
} finally {
  await browser.kill();
}

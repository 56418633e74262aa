/* Numbers as the page writes them: 0.34, 80, 8×10⁷ (the same as in the pages' stored controls). */

const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };

/**
 * Write a number by a Python format such as ".2f", ".3g", ".1e" or "d"; null for any other format.
 * @param {number} value
 * @param {string} format
 * @returns {string | null}
 */
export function writeNumber(value, format) {
  const match = format.match(/^(?:\.(\d+))?([dfge])$/);
  if (!match) return null;
  const digits = Number(match[1] ?? 6);
  if (match[2] === "d") return sign(String(Math.round(value)));
  if (match[2] === "f") return sign(value.toFixed(digits));
  if (match[2] === "e") return power(value.toExponential(digits));
  const significant = Math.max(digits, 1);
  const rounded = value.toExponential(significant - 1);
  const exponent = Number(rounded.split("e")[1]);
  if (exponent < -4 || exponent >= significant) return power(rounded);
  return sign(trim(value.toFixed(significant - 1 - exponent)));
}

/**
 * Read what a person types, or what writeNumber wrote: "0.34", "1e8", "8×10⁷", "2,5".
 * @param {string} text
 * @returns {number} NaN if it is no number
 */
export function readNumber(text) {
  const digit = Object.fromEntries(Object.entries(SUPERSCRIPTS).map(([plain, raised]) => [raised, plain]));
  const plain = text.trim().replace(/−/g, "-").replace(/,/g, ".")
    .replace(/\s*[×x*]\s*10\^?([-⁻⁰¹²³⁴⁵⁶⁷⁸⁹\d]+)/, (_, raised) => `e${[...raised].map((c) => digit[c] ?? c).join("")}`);
  return Number.parseFloat(plain);
}

const trim = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
const sign = (text) => text.replace("-", "−");

function power(text) {
  const [mantissa, exponent] = text.split("e");
  const raised = [...String(Number(exponent))].map((c) => SUPERSCRIPTS[c]).join("");
  return `${sign(trim(mantissa))}×10${raised}`;
}

/* The address of a figure's state: #figure=<name>&<control>=<value>…, what is not named standing at its default. */
import { readNumber, writeNumber } from "../../../emergence/live/front/figure.js";

/** @typedef {import("../../../emergence/live/front/figure.js").ControlSpec} ControlSpec */

/**
 * @param {string} name of the figure
 * @param {ControlSpec[]} specs
 * @param {Record<string, any>} values
 * @returns {string} beginning with #
 */
export function write(name, specs, values) {
  const moved = specs.filter((spec) => values[spec.name] !== spec.value);
  const text = (value) => (typeof value === "number" ? String(Number(value.toPrecision(12))) : String(value));
  return `#${new URLSearchParams([["figure", name], ...moved.map((spec) => [spec.name, text(values[spec.name])])])}`;
}

/** @returns {string | null} the name of the figure that an address asks for */
export const figureOf = (hash) => new URLSearchParams(hash.slice(1)).get("figure");

/**
 * The address of a figure that has moved to another page, in the state that its old address asks for.
 * @param {string} hash
 * @param {{page: string, figure: string}} place with the page as seen from this one
 * @returns {string} as seen from this page
 */
export function onward(hash, { page, figure }) {
  const asked = new URLSearchParams(hash.slice(1));
  asked.set("figure", figure);
  return `${page}#${asked}`;
}

/**
 * The values that an address asks for, and in words what it asks for in vain.
 * @param {string} hash
 * @param {ControlSpec[]} specs
 * @returns {{values: Record<string, any>, problems: string[]}}
 */
export function read(hash, specs) {
  const values = Object.fromEntries(specs.map(({ name, value }) => [name, value]));
  const problems = [];
  for (const [name, text] of new Map(new URLSearchParams(hash.slice(1)))) { // of a name that is given twice, the last
    if (name === "figure") continue;
    const spec = specs.find((each) => each.name === name);
    const problem = spec ? refusal(spec, text.slice(0, 80)) : `there is no control “${name.slice(0, 80)}” (there are ${specs.map((each) => each.name).join(", ")})`;
    if (problem) problems.push(problem);
    else values[name] = valueOf(/** @type {ControlSpec} */ (spec), text);
  }
  return { values, problems };
}

/** @param {ControlSpec} spec */
function valueOf(spec, text) {
  if (spec.kind === "toggle") return text === "true";
  return spec.kind === "choice" ? text : readNumber(text);
}

/**
 * @param {ControlSpec} spec
 * @returns {string} in words, why a control cannot take a value; "" if it can
 */
function refusal(spec, text) {
  const { label, kind, scale, format = "", min = NaN, max = NaN, options = [] } = spec;
  if (kind === "toggle") return ["true", "false"].includes(text) ? "" : `“${label}” is either true or false, not “${text}”`;
  if (kind === "choice") return options.includes(text) ? "" : `“${label}” has no choice “${text}”`;
  const value = readNumber(text);
  if (Number.isNaN(value)) return `“${label}” takes a number, not “${text}”`;
  if (scale === "integer" && !Number.isInteger(value)) return `“${label}” takes a whole number, not ${text}`;
  const written = (number) => writeNumber(number, format) ?? String(number);
  return value < min || value > max ? `“${label}” lies between ${written(min)} and ${written(max)}, not at ${text}` : "";
}

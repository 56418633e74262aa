/* TeX in the outputs of a cell; loaded with the first one. The page's own maths is rendered at build time. */
import katex from "katex";

/**
 * Render an output of mime type text/latex, for instance SymPy's "$\\displaystyle x^{2}$".
 * @param {string} latex
 * @returns {HTMLElement}
 */
export function typeset(latex) {
  const box = document.createElement("div");
  box.className = "live-maths";
  const pieces = latex.trim().match(/\$\$[\s\S]+?\$\$|\$[\s\S]+?\$|\\\[[\s\S]+?\\\]|[^$\\]+|[\s\S]/g) ?? [];
  const hasStyles = document.querySelector('link[href*="katex"]') !== null;
  for (const piece of pieces) {
    const maths = piece.match(/^(\$\$|\$|\\\[)([\s\S]+?)(\$\$|\$|\\\])$/);
    if (!maths) {
      box.append(piece);
      continue;
    }
    const span = document.createElement("span");
    const display = maths[1] !== "$" || maths[2].startsWith("\\displaystyle");
    katex.render(maths[2].replace(/^\\displaystyle\s*/, ""), span, {
      displayMode: display, throwOnError: false, output: hasStyles ? "htmlAndMathml" : "mathml",
    });
    box.append(span);
  }
  return box;
}

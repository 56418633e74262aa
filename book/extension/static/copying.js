/* A formula is on the page twice, for the eye and as MathML for the ear; it is copied once, as TeX. KaTeX's own
   copy-tex does that for plain text only, and takes along what is hidden. */
document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !event.clipboardData) return;
  const range = selection.getRangeAt(0).cloneRange();
  const formulaOf = (node) => (node.closest ? node : node.parentElement).closest(".katex-display, .katex");
  const [first, last] = [range.startContainer, range.endContainer].map(formulaOf);
  if (first) range.setStartBefore(first);
  if (last) range.setEndAfter(last);

  const copied = document.createElement("div");
  copied.append(range.cloneContents());
  const formulas = copied.querySelectorAll(".katex");
  if (!formulas.length) return;
  for (const formula of formulas) {
    const mark = formula.closest(".katex-display") ? "$$" : "$";
    const tex = formula.querySelector("annotation") ?? formula.querySelector("math"); // of "x" the letter is the TeX
    formula.replaceWith(`${mark}${tex?.textContent}${mark}`);
  }
  event.clipboardData.setData("text/html", copied.innerHTML);
  // innerText leaves out what is folded or hidden; it needs an element that is laid out.
  copied.style.cssText = "position: fixed; inset: 0; opacity: 0; --when-far: visible";
  document.body.append(copied);
  event.clipboardData.setData("text/plain", copied.innerText);
  copied.remove();
  event.preventDefault();
});

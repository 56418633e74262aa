/* Runs before all else. Where a browser keeps nothing (site data blocked, a sandboxed frame), preferences last as long as
   the page, and every script that stores one works. Where it is full, what it keeps is still read and removed. */
for (const name of ["localStorage", "sessionStorage"]) {
  try {
    window[name].setItem("tried:", "");
    window[name].removeItem("tried:");
  } catch (error) {
    if (/** @type {DOMException} */ (error).name === "QuotaExceededError" && window[name].length > 0) continue; // one that keeps nothing may say so, too
    const kept = new Map();
    const value = {
      temporary: true, // for whoever tells the reader what is kept
      getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, `${text}`), removeItem: (key) => void kept.delete(key),
    };
    Object.defineProperty(window, name, { value });
  }
}

// The book's own keys have a colon, and who stores one tells the reader when there is no room. The theme would stop half-way.
const { setItem } = Storage.prototype;
Storage.prototype.setItem = function (key, text) {
  try {
    setItem.call(this, key, text);
  } catch (error) {
    if (key.includes(":")) throw error;
  }
};

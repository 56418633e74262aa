/* Runs before all else. Where a browser keeps nothing (site data blocked, a sandboxed frame, no room), preferences last
   as long as the page, and every script that stores one works. */
for (const name of ["localStorage", "sessionStorage"]) {
  try {
    window[name].setItem("tried", "");
    window[name].removeItem("tried");
  } catch {
    const kept = new Map();
    const value = {
      temporary: true, // for whoever tells the reader what is kept
      getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => void kept.set(key, `${text}`), removeItem: (key) => void kept.delete(key),
    };
    Object.defineProperty(window, name, { value });
  }
}

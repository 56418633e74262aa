/* Stands in for sanitize-html (160 kB), which the widget manager uses for the labels of widgets only. */

const ADDRESSES = ["href", "src"];
const PROTOCOLS = ["http:", "https:", "mailto:", "file:"]; // the last for a site that is opened from a folder

/** The protocol of an address as the browser reads it, in which "java\tscript:" is one word. */
const protocolOf = (address) => Object.assign(document.createElement("a"), { href: address }).protocol;

/**
 * Keep the allowed tags and attributes of an HTML fragment; other elements are replaced by their children.
 * @param {string} html
 * @param {{allowedTags: string[], allowedAttributes: Record<string, string[]>}} rules
 * @returns {string}
 */
export default function sanitize(html, { allowedTags, allowedAttributes }) {
  const template = document.createElement("template"); // inert: nothing in it loads or runs
  template.innerHTML = html;
  for (const element of [...template.content.querySelectorAll("*")]) {
    const tag = element.localName;
    if (["script", "style", "textarea", "option"].includes(tag)) {
      element.remove();
    } else if (!allowedTags.includes(tag)) {
      element.replaceWith(...element.childNodes);
    } else {
      const allowed = [...(allowedAttributes["*"] ?? []), ...(allowedAttributes[tag] ?? [])];
      for (const { name, value } of [...element.attributes]) {
        const known = allowed.some((a) => (a.endsWith("*") ? name.startsWith(a.slice(0, -1)) : a === name));
        if (!known || (ADDRESSES.includes(name) && !PROTOCOLS.includes(protocolOf(value)))) element.removeAttribute(name);
      }
    }
  }
  return template.innerHTML;
}

"use strict";

/**
 * Opened from disk, a link to a directory shows its files: there, links to pages lead to their `index.html`.
 * @param {ParentNode} root
 */
function settleLinks(root) {
  if (location.protocol !== "file:") return;
  for (const link of root.querySelectorAll("a[href]")) {
    const href = link.getAttribute("href") || "";
    if (/^(?:[a-z][a-z0-9+.-]*:|#)/i.test(href)) continue;
    link.setAttribute("href", href.replace(/(^|\/|^\.{1,2})(?=$|[#?])/, (part) => (part.startsWith(".") ? `${part}/` : part) + "index.html"));
  }
}
settleLinks(document);

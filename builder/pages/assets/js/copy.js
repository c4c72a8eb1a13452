"use strict";

/**
 * The theme puts the button that copies a block of code into a `nav`. A page has many of them, and none is a landmark.
 * @param {ParentNode} root
 */
function unmarkCopyButtons(root) {
  for (const nav of root.querySelectorAll("nav.md-code__nav:not([role])")) nav.setAttribute("role", "none");
}
new MutationObserver(() => unmarkCopyButtons(document)).observe(document.body, { childList: true, subtree: true });
unmarkCopyButtons(document);

// What every script of the site stands on: finding and making elements, and taking one's turn.

var studylog = (() => {
  "use strict";

  /**
   * The element that a selector names.
   * @param {ParentNode} root
   * @param {string} selector
   * @returns {HTMLElement}
   */
  function find(root, selector) {
    const found = root.querySelector(selector);
    if (!(found instanceof HTMLElement)) throw new Error(`studylog: nothing matches ${selector}`);
    return found;
  }

  /**
   * Every element that a selector names.
   * @param {ParentNode} root
   * @param {string} selector
   * @returns {HTMLElement[]}
   */
  function all(root, selector) {
    return [...root.querySelectorAll(selector)].filter((e) => e instanceof HTMLElement);
  }

  /**
   * A new element. Attributes that are undefined are left out.
   * @template {keyof HTMLElementTagNameMap} K
   * @param {K} tag
   * @param {Object<string, string | undefined>} [attributes]
   * @param {...(Node | string)} children
   * @returns {HTMLElementTagNameMap[K]}
   */
  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  }

  /**
   * One tab stop for many items: arrow keys, Home and End move between them.
   * @param {HTMLElement[]} items
   * @param {{columns?: number, onFocus?: (index: number) => void}} options columns: of a grid; one row without it
   * @returns {(index: number) => void} makes an item the tab stop
   */
  function rove(items, { columns = 0, onFocus = () => {} } = {}) {
    /** @param {number} index */
    const stop = (index) => items.forEach((item, i) => (item.tabIndex = i === index ? 0 : -1));
    stop(0);
    items.forEach((item, index) => {
      item.addEventListener("focus", () => {
        stop(index);
        onFocus(index);
      });
      item.addEventListener("keydown", (event) => {
        const rtl = getComputedStyle(item).direction === "rtl" ? -1 : 1;
        /** @type {Object<string, number | undefined>} */
        const steps = { ArrowLeft: -rtl, ArrowRight: rtl, ArrowUp: -(columns || 1), ArrowDown: columns || 1 };
        /** @type {Object<string, number | undefined>} */
        const ends = { Home: 0, End: items.length - 1 };
        const step = steps[event.key];
        const next = ends[event.key] ?? (step && index + step);
        if (event.altKey || event.ctrlKey || event.metaKey || next === undefined) return;
        event.preventDefault();
        items[next]?.focus();
      });
    });
    return stop;
  }

  /**
   * Do something with each element in turn, whenever the browser has nothing else to do: in between, the page answers.
   * @param {HTMLElement[]} elements
   * @param {(element: HTMLElement) => void} action
   */
  function whenIdle([first, ...others], action) {
    if (!first) return;
    (window.requestIdleCallback ?? setTimeout)(() => {
      whenIdle(others, action);
      action(first);
    });
  }

  return { find, all, make, rove, whenIdle };
})();

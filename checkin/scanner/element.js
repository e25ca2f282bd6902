/** Elements, written shortly. Children are texts and nodes, never markup. */

/** @typedef {string | number | Node | null | false | undefined | readonly Child[]} Child */
/** @typedef {Readonly<Record<string, string | number | boolean | null | undefined | ((event: any) => void)>>} Attributes */

const SVG = "http://www.w3.org/2000/svg";

/**
 * `onclick` and the like are listeners, true is an empty attribute, null and false none.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {readonly Child[]} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...flat(children));
  return element;
}

/**
 * A drawing from the page's sheet of symbols; it says nothing that words beside it do not say.
 *
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  drawing.setAttribute("class", "icon");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#icon-${name}`);
  drawing.append(use);
  return drawing;
}

/** @param {Element} parent @param {readonly Child[]} children */
export function fill(parent, ...children) {
  parent.replaceChildren(...flat(children));
}

/**
 * As `fill`, but what is the same as before stays where it is: it is not told anew, and who is on a button of it stays there.
 *
 * @param {Element} parent
 * @param {readonly Child[]} children
 */
export function refill(parent, ...children) {
  const before = [...parent.childNodes];
  const now = flat(children).map((child) => {
    const fresh = typeof child === "string" ? document.createTextNode(child) : child;
    const place = before.findIndex((old) => old.isEqualNode(fresh));
    return place < 0 ? fresh : /** @type {ChildNode} */ (before.splice(place, 1)[0]);
  });
  for (const old of before) old.remove();
  now.forEach((node, i) => parent.childNodes[i] === node || parent.insertBefore(node, parent.childNodes[i] ?? null));
}

/** What scrolls and holds nothing to press takes the keyboard itself, so that it can be read to its end; and only then. @param {HTMLElement | undefined} part */
export function reach(part) {
  if (!part) return;
  if (part.scrollHeight > part.clientHeight + 1 && !part.querySelector("button, a, input")) part.tabIndex = 0;
  else part.removeAttribute("tabindex");
}

/** The words of an element for a screen reader: in their languages, without readings beside them, and nothing else. @param {HTMLElement} element */
export function spoken(element) {
  for (const one of element.querySelectorAll("rt, rp, svg")) one.remove();
  for (const one of element.querySelectorAll("[class]")) one.removeAttribute("class");
  return element;
}

/** @param {readonly Child[]} children @returns {(string | Node)[]} */
function flat(children) {
  return children.flatMap((child) => {
    if (child === null || child === undefined || child === false) return [];
    if (typeof child === "object" && !(child instanceof Node)) return flat(child);
    return [typeof child === "number" ? String(child) : child];
  });
}

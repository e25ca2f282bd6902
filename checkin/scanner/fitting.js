/** A verdict is as large as there is room for: in steps it takes less, until its words and its buttons are in view together. */

import { reach } from "./element.js";

const STEPS = ["", "1", "1 2", "1 2 3"];
/** Answers whose room is watched: it grows when figures are folded, letters come, a keyboard goes. @type {WeakSet<Element>} */
const watched = new WeakSet();

/**
 * What is longer than all the steps leave room for is scrolled, by keyboard too.
 *
 * @param {HTMLElement} door its style sheet knows the steps
 * @param {HTMLElement} [answer] scrolls
 * @param {HTMLElement} [notices] scroll by themselves
 */
export function fit(door, answer, notices) {
  if (answer && !watched.has(answer)) {
    watched.add(answer);
    const again = () => answer.isConnected && fit(door, answer, notices);
    new ResizeObserver(() => requestAnimationFrame(again)).observe(answer);
  }
  const tapping = door.querySelector(".walk-in");
  const isEnough = (/** @type {(Element | null | undefined)[]} */ ...parts) => STEPS.some((step) => {
    door.dataset.fit = step;
    return parts.every((part) => !part || part.scrollHeight <= part.clientHeight + 1);
  });
  if (!isEnough(answer, tapping)) isEnough(answer); // the taps scroll: smaller letters would be for nothing
  [notices, answer].forEach(reach);
}

/** Where whoever types or hears the page goes on when an answer comes or goes: never at the top of the page again. */

/** Fingers alone: a text field that has the focus would open a keyboard over the answer. @returns {boolean} */
export function isTouched() {
  return globalThis.matchMedia("(pointer: coarse)").matches;
}

/**
 * @param {object} at
 * @param {HTMLElement} at.verdict
 * @param {HTMLElement} at.typed the panel for typing, if that is where one is
 * @param {boolean} at.isAsking the answer is a question
 */
export function goOn({ verdict, typed, isAsking }) {
  const field = /** @type {HTMLInputElement | null} */ (typed.isConnected ? typed.querySelector("#code") : null);
  const pressed = /** @type {HTMLElement | null} */ (typed.isConnected ? typed : document.querySelector('.tab[aria-pressed="true"]'));
  const next = field && !isTouched() && !isAsking ? field : verdict.hidden ? pressed : verdict;
  next?.focus({ preventScroll: true });
}

/** Whether who is there would be lost by another answer: on one of its buttons, or at an empty field that a question takes away. @param {HTMLElement} verdict @param {boolean} isAsking */
export function wouldBeLost(verdict, isAsking) {
  const here = document.activeElement;
  return verdict.contains(here) || (isAsking && here instanceof HTMLInputElement && here.id === "code" && here.value === "");
}

/** A number that had to wait in its field has its answer. @param {HTMLElement | undefined} typed @param {import("./door.js").Case | null} shown */
export function emptyField(typed, shown) {
  const field = /** @type {HTMLInputElement | null | undefined} */ (typed?.querySelector("#code"));
  if (field?.value && shown?.stage === "answered" && shown.answer?.verdict && field.value.replace(/[^0-9]/g, "") === (shown.draft?.code ?? shown.draft?.number)) field.value = "";
}

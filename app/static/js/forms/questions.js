/**
 * Questions that are asked only after other answers: hidden while nothing calls for them. The server judges by itself.
 *
 * A question says when it is asked: parts joined by ";", each a choice of fields joined by blanks, `name=value` (ticked,
 * chosen or hidden in the form) or `name>0` (a number). A part whose fields are all missing on the page holds.
 */

/**
 * Shows and hides the questions of a page, now and whenever something is typed.
 * @param {Document} page
 */
export function follow(page) {
  const questions = /** @type {HTMLElement[]} */ ([...page.querySelectorAll("[data-when]")]);
  if (!questions.length) return;
  const show = () => {
    for (const one of questions) one.hidden = !isAsked(one.dataset.when ?? "", fields(page));
  };
  page.addEventListener("input", show);
  page.addEventListener("change", show);
  show();
}

/**
 * @param {string} when
 * @param {{ name: string, value: string | null }[]} found every field of the page; value null: not chosen
 */
export function isAsked(when, found) {
  return when.split(";").every((part) => {
    const clauses = part.split(" ").map((clause) => /^(.+?)(=|>)(.*)$/.exec(clause) ?? ["", "", "", ""]);
    const named = clauses.map(([, name]) => found.filter((field) => field.name === name));
    if (named.every((fields) => !fields.length)) return true;
    return clauses.some(([, , sign, wanted], at) =>
      (named[at] ?? []).some(({ value }) => (sign === ">" ? Number(value) > Number(wanted) : value === wanted)),
    );
  });
}

/**
 * What is typed and chosen now; in a hidden question nothing is.
 * @param {Document} page
 */
function fields(page) {
  const boxes = /** @type {NodeListOf<HTMLInputElement | HTMLSelectElement>} */ (
    page.querySelectorAll("input[name], select[name]")
  );
  return [...boxes].map((box) => {
    const ticked = !(box instanceof HTMLInputElement && /radio|checkbox/.test(box.type)) || box.checked;
    return { name: box.name, value: ticked && !box.closest("[data-when][hidden]") ? box.value : null };
  });
}

/**
 * Moving sessions with keys: proposes in the session's own form, which Enter sends as its button does. With mouse or
 * finger they are dragged on a plan of each day.
 */
import { Planner } from "./board/planner.js";
import { Proposal, filled } from "./board/proposal.js";

/** @type {HTMLElement | null} */
let help = null;
/** @type {Element | null} */
let said = null;
prepareAll();
if (help) new Planner(help, prepareAll);

// Going to a place in the page takes the focus away once the page has loaded; behind that the moved session gets it.
addEventListener("load", () => {
  const here = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const mover = /** @type {HTMLElement | null | undefined} */ (here?.querySelector("[data-mover]"));
  if (!document.querySelector("[data-focus-first]")) setTimeout(() => mover?.focus());
});

/** After the page was loaded, and whenever its content was replaced. */
function prepareAll() {
  help = document.querySelector("[data-board-help]");
  said = document.querySelector("[data-board-said]");
  if (help) help.hidden = false;
  for (const mover of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-mover]"))) prepare(mover);
}

/** @param {HTMLButtonElement} mover */
function prepare(mover) {
  const card = mover.closest("article");
  const form = card?.querySelector("form");
  const details = card?.querySelector("details");
  if (!card || !form || !details) return;
  const start = /** @type {HTMLInputElement} */ (form.elements.namedItem("starts_at"));
  const minutes = /** @type {HTMLInputElement} */ (form.elements.namedItem("minutes"));
  const room = /** @type {HTMLSelectElement} */ (form.elements.namedItem("room"));
  const rooms = [...room.options].map((option) => option.value);
  const proposal = new Proposal({ start: start.value, minutes: Number(minutes.value), room: room.value }, rooms);
  mover.hidden = false;
  mover.addEventListener("click", () => {
    details.open = true;
    start.focus();
  });
  mover.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape" && proposal.changed) {
      proposal.takeBack();
      show("takenBack");
    } else if (event.key === "Enter" && proposal.changed) {
      say(help?.dataset.saving ?? "");
      form.requestSubmit();
    } else if (proposal.press(event.key, event.shiftKey)) {
      show("proposed");
    } else {
      return;
    }
    event.preventDefault();
  });

  /** @param {"proposed" | "takenBack"} kind */
  function show(kind) {
    start.value = proposal.now.start;
    minutes.value = String(proposal.now.minutes);
    room.value = proposal.now.room;
    card?.classList.toggle("is-proposed", proposal.changed);
    const shown = card?.querySelector("[data-proposal]");
    const told = filled(help?.dataset[kind] ?? "", {
      start: proposal.now.start.slice(11),
      end: proposal.end.slice(11),
      room: room.selectedOptions[0]?.text ?? "",
    });
    if (shown) shown.textContent = proposal.changed ? told : "";
    say(told);
  }
}

/** @param {string} text */
function say(text) {
  if (said) said.textContent = text;
}

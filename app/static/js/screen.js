/**
 * Pages on a screen on a wall, where nobody scrolls: letters become smaller as long as they can be read from afar, and lines
 * that still find no room are shown by turns. Without this script such a page is as long as it is.
 */

const SIZES = [1, 0.95, 0.9, 0.85, 0.8, 0.75];
const TURN = 12_000;
/** On less than this, in CSS pixels, somebody holds the page in the hand and scrolls it. */
const WALL = 900;

/**
 * Keep the page within its screen: now, whenever its figures are renewed (`renewed`, from live.js) and when the screen changes.
 * @param {Document} page
 */
export function keepWithin(page) {
  const screen = /** @type {HTMLElement | null} */ (page.querySelector(".is-screen"));
  if (!screen) return;
  let first = 0;
  let stopped = false;
  let shown = 0;
  const show = () => ([first, shown] = fit(page, screen, first));
  const button = /** @type {HTMLButtonElement | null} */ (page.querySelector("[data-turns] button"));
  button?.addEventListener("click", () => {
    stopped = !stopped;
    button.setAttribute("aria-pressed", String(stopped));
  });
  setInterval(() => {
    if (stopped || shown === page.querySelectorAll("[data-turn]").length) return;
    first = first + shown;
    show();
  }, TURN);
  page.addEventListener("renewed", show);
  addEventListener("resize", show);
  void page.fonts?.ready.then(show);
  show();
}

/**
 * Choose size and lines; `first`: the line to begin with, where not all find room.
 * @param {Document} page
 * @param {HTMLElement} screen
 * @param {number} first
 * @returns {[number, number]} the first line that is shown, and how many are
 */
function fit(page, screen, first) {
  const lines = /** @type {HTMLElement[]} */ ([...page.querySelectorAll("[data-turn]")]);
  const turns = /** @type {HTMLElement | null} */ (page.querySelector("[data-turns]"));
  const within = () => page.documentElement.scrollHeight <= innerHeight;
  choose(page, lines, 0, lines.length);
  if (turns) turns.hidden = true;
  if (Math.max(innerWidth, innerHeight) < WALL) return [0, lines.length];
  for (const size of SIZES) {
    screen.style.setProperty("--fit", String(size));
    if (within() && page.documentElement.scrollWidth <= innerWidth) return [0, lines.length];
  }
  if (turns) turns.hidden = false;
  const from = first < lines.length ? first : 0;
  const count = most(lines.length - from, (number) => {
    choose(page, lines, from, from + number);
    return within();
  });
  choose(page, lines, from, from + count);
  tell(turns, from, count, lines.length);
  return [from, count];
}

/**
 * The largest number, one at least, that fits.
 * @param {number} all
 * @param {(number: number) => boolean} fits
 * @returns {number}
 */
export function most(all, fits) {
  let [low, high] = [1, all];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * Show these lines and the heads that stand over one of them.
 * @param {Document} page
 * @param {HTMLElement[]} lines
 * @param {number} from
 * @param {number} to
 */
function choose(page, lines, from, to) {
  const chosen = new Set(lines.slice(from, to));
  /** @type {HTMLElement | undefined} */
  let head;
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-turn-head], [data-turn]"))) {
    const line = one.dataset.turn !== undefined;
    one.hidden = line && !chosen.has(one);
    if (!line) {
      head = one;
      head.hidden = to - from < lines.length;
    } else if (!one.hidden && head) head.hidden = false;
  }
}

/**
 * @param {HTMLElement | null} turns
 * @param {number} from
 * @param {number} count
 * @param {number} all
 */
function tell(turns, from, count, all) {
  const words = turns?.querySelector("[data-words]");
  if (words) words.textContent = `${from + 1}–${from + count} / ${all}`;
}

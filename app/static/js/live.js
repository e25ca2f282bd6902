/** Parts of a page that stay fresh by themselves; without this script they are loaded again by a link. */

/**
 * Load the parts marked `data-fresh` (seconds) again and again, say how old they are, and say so loudly once nothing
 * has come for `data-old-after` seconds. What was shown stays when the network is away.
 * @param {Document} page
 */
export function keepFresh(page) {
  const part = /** @type {HTMLElement | null} */ (page.querySelector("[data-fresh]"));
  if (!part) return;
  const seconds = Number(part.dataset.fresh) || 5;
  const oldAfter = Number(part.dataset.oldAfter) || 15;
  let confirmed = performance.now();
  const tell = () => {
    const age = Math.round((performance.now() - confirmed) / 1000);
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-age]"))) {
      one.textContent = (one.dataset.age ?? "").replace("{n}", String(age));
    }
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-old]"))) {
      if (one.hidden !== age <= oldAfter) {
        one.hidden = age <= oldAfter;
        sayOfWhen(page, one);
        page.dispatchEvent(new Event("renewed"));
      }
    }
  };
  setInterval(tell, 1000);
  loop(part, seconds, () => {
    confirmed = performance.now();
    tell();
  });
}

/**
 * Old figures are said with the moment that they are of.
 * @param {Document} page
 * @param {HTMLElement} notice
 */
function sayOfWhen(page, notice) {
  const moment = page.querySelector("[data-as-of]");
  if (moment) notice.querySelector("[data-since]")?.replaceChildren(moment.cloneNode(true));
}

/**
 * @param {HTMLElement} part
 * @param {number} seconds
 * @param {() => void} confirm
 */
async function loop(part, seconds, confirm) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    if (document.visibilityState === "hidden") continue;
    try {
      const answer = await fetch(location.href, { signal: AbortSignal.timeout(10_000) });
      if (!answer.ok && ![401, 403, 404].includes(answer.status)) continue;
      const answered = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!isOurs(answered)) continue;
      if (answer.redirected || !answer.ok) return location.reload();
      const fresh = answered.querySelector("[data-fresh]");
      if (!fresh) return location.reload();
      const heading = answered.querySelector("[data-fresh-too]");
      if (heading) document.querySelector("[data-fresh-too]")?.replaceChildren(...heading.childNodes);
      if (fresh.innerHTML !== part.dataset.shown) renew(part, fresh);
      confirm();
    } catch {
      // without a network it is tried again; the page says how old it is
    }
  }
}

/**
 * A hall's network and a proxy answer too, with pages of their own; a screen on a wall is not to show those for good.
 * @param {Document} answered
 */
function isOurs(answered) {
  return Boolean(answered.documentElement.dataset.language);
}

/**
 * New content, with the reader's place in it kept.
 * @param {HTMLElement} part
 * @param {Element} fresh
 */
function renew(part, fresh) {
  const focused = part.contains(document.activeElement) ? document.activeElement?.id : "";
  const scrolled = new Map([...part.querySelectorAll("[tabindex][id]")].map((one) => [one.id, one.scrollLeft]));
  part.dataset.shown = fresh.innerHTML;
  part.replaceChildren(...fresh.childNodes);
  for (const [id, left] of scrolled) {
    const region = document.getElementById(id);
    if (region) region.scrollLeft = left;
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  document.dispatchEvent(new Event("renewed"));
}

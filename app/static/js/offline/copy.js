/** The pages' side of the copy: asks for it after a visit, says so where a page comes from it, throws it away. */
import { kept } from "./list.js";
import { CACHES, age, copiesAmong } from "./rules.js";

/** Wait before the copy is asked for, so that what the reader wants now comes first. */
const PAUSE = 2000;
/** Milliseconds that a worker has to lay down its pen. */
const STILL = 3000;
const YES = "(prefers-reduced-data: reduce)";

/** @param {Document} page */
export function keepCopy(page) {
  const over = /** @type {HTMLElement | null} */ (page.querySelector("[data-copy-over]"));
  if (over) void throwAway(over.dataset.copyOver ?? "").catch(() => undefined);
  const part = /** @type {HTMLElement | null} */ (page.querySelector("[data-copy]"));
  for (const link of page.querySelectorAll("[data-copy-again]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      location.reload();
    });
  }
  if (!part) return;
  const from = page.documentElement.dataset.kept;
  if (!from) void ask(part).catch(() => undefined);
  else tellAndFollow(page, part, new Date(from));
}

/**
 * The list of marked sessions without a network: of all sessions, those that the address names, or this device keeps.
 * @param {Document} page
 */
export function showMarked(page) {
  const part = /** @type {HTMLElement | null} */ (page.querySelector("[data-marked]"));
  if (!part) return;
  const named = new URL(location.href).searchParams.getAll("s");
  const codes = new Set(named.length > 0 ? named : kept(part.dataset.marked ?? ""));
  const lines = /** @type {HTMLElement[]} */ ([...part.querySelectorAll("[data-code]")]);
  for (const line of lines) line.hidden = !codes.has(line.dataset.code ?? "");
  for (const day of /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("section"))) {
    day.hidden = !day.querySelector("[data-code]:not([hidden])");
  }
  const none = /** @type {HTMLElement | null} */ (part.querySelector("[data-none]"));
  if (none) none.hidden = lines.some((line) => !line.hidden);
}

/**
 * What is kept on this device, and a button to be rid of it.
 * @param {Document} page
 */
export async function offerToThrowAway(page) {
  const part = /** @type {HTMLElement | null} */ (page.querySelector("[data-copies]"));
  if (!part || !("caches" in globalThis)) return;
  const show = (/** @type {string} */ name, /** @type {boolean} */ shown) => {
    const found = /** @type {HTMLElement | null} */ (part.querySelector(`[${name}]`));
    if (found) found.hidden = !shown;
  };
  const refresh = async () => {
    const some = (await caches.keys()).some((name) => name.startsWith(CACHES));
    show("data-copies-some", some);
    show("data-copies-none", !some);
    show("data-throw-away", some);
    part.hidden = false;
  };
  part.querySelector("[data-throw-away]")?.addEventListener("click", async () => {
    await throwAllAway();
    await refresh();
    show("data-thrown-away", true);
  });
  await refresh();
}

/** @param {HTMLElement} part */
async function ask(part) {
  const { copy, copyScope, copyWorker } = part.dataset;
  const connection = /** @type {{saveData?: boolean} | undefined} */ (Reflect.get(navigator, "connection"));
  if (!navigator.serviceWorker || !copyScope || !copyWorker) return;
  if (connection?.saveData || matchMedia(YES).matches) return;
  await new Promise((resolve) => setTimeout(resolve, PAUSE));
  await navigator.serviceWorker.register(copyWorker, { scope: copyScope, updateViaCache: "all" });
  const { active } = await navigator.serviceWorker.ready;
  const language = new URL(location.href).searchParams.get("lang");
  const codes = kept(copyScope.split("/").at(-2) ?? "");
  active?.postMessage({ keep: { version: copy, language, codes } });
}

/**
 * Say of when the page is; again when the reader comes back to it later.
 * @param {Document} page
 * @param {HTMLElement} part
 * @param {Date} from
 */
function tellAndFollow(page, part, from) {
  const zone = part.dataset.copyZone;
  const clock = part.querySelector("[data-copy-clock]");
  if (clock) {
    const time = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    clock.textContent = time.format(from);
    clock.setAttribute("datetime", from.toISOString());
  }
  const tell = () => {
    const [unit, number] = age(Date.now() - from.getTime());
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("[data-age]"))) {
      one.hidden = one.dataset.age !== unit;
      const place = one.querySelector("[data-number]");
      if (place && !one.hidden) place.textContent = String(number);
    }
  };
  tell();
  page.addEventListener("visibilitychange", () => page.visibilityState === "visible" && tell());
  const whole = /** @type {HTMLElement | null} */ (part.querySelector("[data-copy-whole]"));
  const sought = [...new URL(location.href).searchParams].some(([name, value]) => value && name !== "s" && name !== "lang");
  if (whole) whole.hidden = !(sought && location.pathname.endsWith("/timetable"));
}

/** @param {string} scope */
async function throwAway(scope) {
  const registration = await navigator.serviceWorker?.getRegistration(scope);
  if (registration && new URL(registration.scope).pathname === scope) await registration.unregister();
  if (!("caches" in globalThis)) return;
  const { readable, old } = copiesAmong(await caches.keys(), new URL(scope, location.href).href);
  await Promise.all([...readable, ...old].map((name) => caches.delete(name)));
}

async function throwAllAway() {
  for (const registration of (await navigator.serviceWorker?.getRegistrations()) ?? []) {
    if (!new URL(registration.scope).pathname.startsWith("/events/")) continue;
    await still(registration.active);
    await registration.unregister();
  }
  const names = (await caches.keys()).filter((name) => name.startsWith(CACHES));
  await Promise.all(names.map((name) => caches.delete(name)));
}

/**
 * Until a worker writes nothing any more: what it was just writing would outlive what is thrown away.
 *
 * @param {ServiceWorker | null} worker
 * @returns {Promise<unknown>}
 */
function still(worker) {
  if (!worker) return Promise.resolve();
  const { port1, port2 } = new MessageChannel();
  worker.postMessage({ forget: true }, [port2]);
  return Promise.race([
    new Promise((resolve) => (port1.onmessage = resolve)),
    new Promise((resolve) => setTimeout(resolve, STILL)),
  ]);
}

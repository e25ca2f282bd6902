/**
 * Keeps a copy of one event's public programme, and shows it where there is no network, or none that answers.
 *
 * It is registered below the event's address, which is all that it ever sees opened. While the network answers, pages come
 * from there; the copy is made anew as a whole when a page that was just loaded belongs to another version of the
 * programme. A new version of this file takes over when the last page of the event is left: to end a worker that may just be
 * answering could leave its reader without the page.
 */
import * as rules from "./offline/rules.js";

const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (globalThis));
const { scope } = worker.registration;
const LIST = new URL("offline.json", scope).pathname;
const MISSING = new URL("offline", scope).pathname;
/** Milliseconds for one page of the copy. */
const SLOWEST = 20_000;

/** @typedef {{version: string, language: string | null, codes: string[]}} Wanted what a page asks to keep */
/** @typedef {rules.Held & {name: string}} Copy name: of its cache */

/** @type {Promise<void> | null} */
let making = null;
let failed = 0;
/** Ends the copy that is being made: its reader throws it away, or a page of it is `late`. */
let stop = new AbortController();
let late = 0;
/** Pages that are being renewed. @type {Set<Promise<void>>} */
const renewing = new Set();
/** The reader threw the copy away: nothing is written any more. */
let forgotten = false;

worker.addEventListener("activate", (event) => {
  event.waitUntil(tidy());
});

worker.addEventListener("message", (event) => {
  if (event.data?.forget) event.waitUntil(forget().then(() => event.ports[0]?.postMessage("done")));
  if (!event.data?.keep || forgotten) return;
  making ??= make(event.data.keep).finally(() => (making = null));
  event.waitUntil(making);
});

worker.addEventListener("fetch", (event) => {
  const way = rules.wayOf(event.request, scope);
  if (way === "page") event.respondWith(opened(event));
  else if (way === "pass") event.respondWith(fetch(event.request).catch(missing));
  else if (way === "file") event.respondWith(file(event.request));
});

/**
 * Network first; the copy if no whole page, or nothing good, has come in time. A page without a copy is shown as it comes.
 *
 * @param {FetchEvent} event
 * @returns {Promise<Response>}
 */
async function opened(event) {
  const { request } = event;
  const network = fetch(request);
  event.waitUntil(network.then((answer) => noted(renew(request, answer))).catch(() => undefined));
  const page = network.then(whole).catch(() => null);
  const inTime = await Promise.race([page, after(rules.PATIENCE)]);
  if (inTime && inTime.status < 500) return inTime;
  const copied = await fromCopy(rules.placeInCopy(request.url, scope));
  return copied ?? (await network.catch(missing));
}

/**
 * The answer once all of it is there: a crowded network may halt in the middle of a page.
 *
 * @param {Response} answer
 */
async function whole(answer) {
  if (answer.body) await answer.clone().arrayBuffer();
  return answer;
}

/**
 * A page that was loaded takes the place of the older one; one that is gone leaves none.
 *
 * @param {Request} request
 * @param {Response} answer
 */
async function renew(request, answer) {
  const place = new URL(request.url).pathname;
  const gone = answer.status === 404 || answer.status === 410;
  if (gone && place === new URL(scope).pathname) return throwAway();
  if (forgotten || (!gone && !(rules.isPlain(request.url) && rules.mayBeKept(answer)))) return;
  const twin = answer.clone(); // now: in a moment its reader has it
  const copy = await current();
  if (!copy || !(await part(copy.name, place))) return;
  const cache = await caches.open(copy.name);
  await (gone ? cache.delete(place, { ignoreVary: true }) : cache.put(place, twin));
  if (!(await part(copy.name, LIST))) await caches.delete(copy.name); // its copy went meanwhile
}

/** @param {Promise<void>} renewal @returns {Promise<void>} */
function noted(renewal) {
  renewing.add(renewal);
  return renewal.finally(() => renewing.delete(renewal));
}

/** The reader throws the copy away: ends when nothing is being written any more. */
async function forget() {
  forgotten = true;
  stop.abort();
  await Promise.allSettled([making, ...renewing]);
}

/** @param {Request} request @returns {Promise<Response>} */
async function file(request) {
  const copy = await current().catch(() => null);
  return (copy && (await part(copy.name, new URL(request.url).pathname))) ?? fetch(request);
}

/** What stands in for a page that is not in the copy. @returns {Promise<Response>} */
async function missing() {
  return (await fromCopy(MISSING, 503)) ?? Response.error();
}

/**
 * A page of the copy that says how old it is.
 *
 * @param {string} place
 * @param {number} [status]
 * @returns {Promise<Response | null>}
 */
async function fromCopy(place, status = 200) {
  const copy = await current();
  const kept = copy && (await part(copy.name, place));
  if (!copy || !kept) return null;
  const headers = new Headers(kept.headers);
  for (const name of ["Content-Encoding", "Content-Length", "ETag"]) headers.delete(name);
  return new Response(rules.marked(await kept.text(), new Date(timeOf(kept, copy.made))), { status, headers });
}

/** The copy that is there and still good. @returns {Promise<Copy | null>} */
async function current() {
  for (const name of rules.copiesAmong(await caches.keys(), scope).readable) {
    const found = await part(name, LIST);
    if (!found) continue;
    const made = timeOf(found, 0);
    /** @type {rules.List} */
    const { version, until } = await found.json();
    if (!rules.isOver(made, until, Date.now())) return { version, made, name };
    await throwAway();
  }
  return null;
}

/** What a copy holds there; opening a cache would make one that was thrown away anew. @param {string} name @param {string} place */
function part(name, place) {
  return caches.match(place, { cacheName: name, ignoreVary: true });
}

/** Make the copy, as a whole, if one is due. @param {Wanted} wanted */
async function make({ version, language, codes }) {
  if (!rules.isDue(await current(), version, Date.now(), failed)) return;
  const name = `${rules.nameOf(scope)}${Date.now()}`;
  stop = new AbortController();
  try {
    const answer = await asked(LIST, language);
    if (answer.status === 404 || answer.status === 410) return await throwAway();
    const cache = await caches.open(name);
    const list = /** @type {rules.List} */ (await answer.clone().json());
    let bytes = 0;
    for (const place of rules.addressesOf(list, codes, scope)) {
      const page = await asked(place, language);
      if (!rules.mayBeKept(page)) continue;
      bytes += (await page.clone().arrayBuffer()).byteLength;
      if (bytes > rules.MOST_BYTES) break;
      await cache.put(place, page);
    }
    await cache.put(LIST, answer); // last: what has no list is not whole
    const { readable, old } = rules.copiesAmong(await caches.keys(), scope);
    await drop([...readable.filter((one) => one !== name), ...old]);
  } catch {
    failed = Date.now();
    await caches.delete(name);
  } finally {
    clearTimeout(late);
  }
}

/**
 * One part of the copy, as this reader sees it. Throws unless the server says what there is, or that there is nothing.
 *
 * @param {string} place
 * @param {string | null} language that the reader's address asked for
 */
async function asked(place, language) {
  const url = new URL(place, scope);
  if (language && !url.pathname.startsWith("/static/")) url.searchParams.set("lang", language);
  clearTimeout(late);
  late = setTimeout(() => stop.abort(), SLOWEST);
  const answer = await fetch(url, { cache: "no-cache", redirect: "error", signal: stop.signal, priority: "low" });
  if (answer.status === 200 || answer.status === 404 || answer.status === 410) return answer;
  throw new Error(`${place}: ${answer.status}`);
}

/** There is nothing to keep any more, and nothing to do. */
async function throwAway() {
  const { readable, old } = rules.copiesAmong(await caches.keys(), scope);
  await drop([...readable, ...old]);
  await worker.registration.unregister();
}

/** What an earlier version of this file kept in another way goes. */
async function tidy() {
  await drop(rules.copiesAmong(await caches.keys(), scope).old);
}

/** @param {string[]} names */
async function drop(names) {
  await Promise.all(names.map((name) => caches.delete(name)));
}

/** When the server gave it, in milliseconds. @param {Response} answer @param {number} otherwise */
function timeOf(answer, otherwise) {
  return Date.parse(answer.headers.get("Date") ?? "") || otherwise;
}

/** @param {number} milliseconds @returns {Promise<null>} */
function after(milliseconds) {
  return new Promise((resolve) => setTimeout(() => resolve(null), milliseconds));
}

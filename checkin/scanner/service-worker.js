/**
 * Keeps the door's page on the device, so that it opens without a network. Nothing of the API is ever kept here.
 *
 * The server writes before this file what belongs to the page, under a version; a new version is fetched as a whole and
 * waits until the page says that nobody stands at the door. The page itself comes from the network while there is one.
 */

/** @typedef {{version: string, page: string, files: readonly string[]}} Shell */

const worker = /** @type {ServiceWorkerGlobalScope & {SHELL: Shell}} */ (/** @type {unknown} */ (globalThis));
const { version, page, files } = worker.SHELL;
const CACHE = `uketsuke-door-${version}`;
/** Milliseconds that a slow network has before the page comes from the device. */
const PATIENCE = 4000;

worker.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(tidy());
});

worker.addEventListener("message", ({ data }) => {
  if (data === "take over") void worker.skipWaiting();
});

worker.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== worker.location.origin) return;
  if (mode === "navigate" && pathname === "/scan/") event.respondWith(open(event.request));
  else if (files.includes(pathname)) event.respondWith(kept(event.request));
});

async function fill() {
  const cache = await caches.open(CACHE);
  await Promise.all([page, ...files].map(async (address) => {
    const answer = await fetch(address, { cache: "no-cache", credentials: "omit", redirect: "error" });
    const isPage = address === page;
    if (isPage ? !(await isDoor(answer)) : !answer.ok || isHtml(answer)) throw new Error(`${address}: ${answer.status}`);
    await cache.put(address, answer);
  }));
}

async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("uketsuke-door-") && name !== CACHE).map((name) => caches.delete(name)));
  await worker.clients.claim();
}

/**
 * The door, whatever else the network answers in its place: an error, half a page, or a hall's own page for guests.
 *
 * @param {Request} request
 * @returns {Promise<Response>}
 */
async function open(request) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE) });
    return (await isDoor(answer)) ? answer : ((await caches.match(page)) ?? answer);
  } catch {
    return (await caches.match(page)) ?? Response.error();
  }
}

/** @param {Request} request @returns {Promise<Response>} */
async function kept(request) {
  return (await caches.match(new URL(request.url).pathname)) ?? fetch(request);
}

/** Whether this is the door's page, and all of it. @param {Response} answer */
async function isDoor(answer) {
  if (!answer.ok || !isHtml(answer)) return false;
  const text = await answer.clone().text();
  return text.includes('id="scanner"') && text.trimEnd().endsWith("</html>");
}

/** @param {Response} answer */
function isHtml(answer) {
  return /^text\/html\b/.test(answer.headers.get("Content-Type") ?? "");
}

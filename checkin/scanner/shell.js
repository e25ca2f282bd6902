/** The page's side of what is kept on the device: installed at the first visit, renewed only between two people. */

/** @typedef {"kept" | "not_kept" | "unknown"} Persistence whether the browser promised not to clear what we keep */

/** @param {() => boolean} isIdle nobody stands at the door */
export async function keepShell(isIdle) {
  const container = navigator.serviceWorker;
  if (!container) return;
  const hadOne = container.controller !== null;
  container.addEventListener("controllerchange", () => hadOne && isIdle() && location.reload());
  const registration = await container.register("/scan/service-worker.js", { scope: "/scan/", updateViaCache: "none" }).catch(() => null);
  if (!registration) return;
  const renew = () => isIdle() && registration.waiting?.postMessage("take over");
  renew();
  registration.addEventListener("updatefound", () => {
    const fresh = registration.installing;
    fresh?.addEventListener("statechange", () => fresh.state === "installed" && hadOne && renew());
  });
}

/** Ask the browser to keep scans, pack and page when room gets short. @returns {Promise<Persistence>} */
export async function askToPersist() {
  const storage = navigator.storage;
  if (!storage?.persist) return "unknown";
  const isKept = (await storage.persisted()) || (await storage.persist().catch(() => false));
  return isKept ? "kept" : "not_kept";
}

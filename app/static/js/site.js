/** Small comforts for pages that work without them. */
import { follow } from "./forms/questions.js";
import { keepFresh } from "./live.js";
import { keepCopy, offerToThrowAway, showMarked } from "./offline/copy.js";
import { keep, kept } from "./offline/list.js";
import { keepWithin } from "./screen.js";

follow(document);
keepFresh(document);
keepWithin(document);
keepCopy(document);
showMarked(document);
void offerToThrowAway(document);

/** Plus and minus buttons around number inputs. */
for (const stepper of every("[data-stepper]")) {
  const input = stepper.querySelector("input");
  if (!input) continue;
  const fewer = stepButton(stepper.dataset.fewer ?? "−", "M5 12h14", () => step(-1));
  const more = stepButton(stepper.dataset.more ?? "+", "M5 12h14M12 5v14", () => step(1));
  const step = (/** @type {number} */ by) => {
    const wanted = (Number.parseInt(input.value, 10) || 0) + by;
    input.value = String(Math.min(Number(input.max), Math.max(Number(input.min), wanted)));
    input.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const refresh = () => {
    fewer.disabled = Number(input.value) <= Number(input.min);
    more.disabled = Number(input.value) >= Number(input.max);
  };
  input.before(fewer);
  input.after(more);
  input.addEventListener("input", refresh);
  stepper.classList.add("is-enhanced");
  refresh();
}

/** After a form came back with errors, their summary is read first. */
every("[data-focus-first]")[0]?.focus();

/** An open sheet closes by Escape and by a press elsewhere. */
for (const sheet of /** @type {HTMLDetailsElement[]} */ (every("details.settings"))) {
  document.addEventListener("click", (event) => {
    if (!sheet.contains(/** @type {Node} */ (event.target))) sheet.open = false;
  });
  sheet.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !sheet.open) return;
    sheet.open = false;
    sheet.querySelector("summary")?.focus();
  });
}

/** Buttons that print the page appear only where they work. */
for (const button of every("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

/** What takes long is looked at again without leaving the page; what has come to its end is loaded anew. */
every("[data-watch]")[0] && watch(Number(every("[data-watch]")[0]?.dataset.watch) || 1);

/** The list of marked sessions, kept on this device and nowhere else; without this script it lives in addresses alone. */
for (const part of every("[data-list]")) {
  const event = part.dataset.list ?? "";
  if (part.dataset.code) starOfSession(part, event, part.dataset.code);
  else if (part.dataset.codes !== undefined) shownList(part, event, part.dataset.codes.split(" ").filter(Boolean));
  else stars(/** @type {HTMLFormElement} */ (part), event);
}

/**
 * Every so many seconds: numbers, bars and words of this page as they are now.
 * @param {number} seconds
 */
async function watch(seconds) {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    try {
      const answer = await fetch(location.href);
      if (!answer.ok) return location.reload();
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!fresh.querySelector("[data-watch]")) return location.reload();
      for (const [nth, part] of every("[data-live]").entries()) {
        const now = fresh.querySelectorAll("[data-live]")[nth];
        if (!now) continue;
        if (part instanceof HTMLProgressElement) part.value = Number(now.getAttribute("value"));
        else if (part.textContent !== now.textContent) part.replaceChildren(...now.childNodes);
      }
    } catch {
      // without a network it is tried again
    }
  }
}

/**
 * A timetable with a star at each session.
 * @param {HTMLFormElement} form
 * @param {string} event
 */
function stars(form, event) {
  const boxes = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll("input[name=s]")]);
  const here = new Map(boxes.map((box) => [box.value, box]));
  const given = boxes.filter((box) => box.checked || box.type === "hidden").map((box) => box.value);
  keep(event, [...kept(event), ...given]);
  for (const code of kept(event)) {
    const box = here.get(code);
    if (box) box.checked = true;
  }
  form.addEventListener("change", (change) => {
    const box = /** @type {HTMLInputElement} */ (change.target);
    keep(event, box.checked ? [...kept(event), box.value] : kept(event).filter((code) => code !== box.value));
  });
  form.addEventListener("formdata", (sent) => {
    for (const code of kept(event)) if (!here.has(code)) sent.formData.append("s", code);
  });
}

/**
 * The button of one session's page.
 * @param {HTMLElement} part
 * @param {string} event
 * @param {string} code
 */
function starOfSession(part, event, code) {
  const link = part.querySelector("a");
  const words = link?.querySelector("span");
  if (!link || !words) return;
  const address = new URL(link.href);
  const refresh = () => {
    const on = kept(event).includes(code);
    if (on) words.textContent = part.dataset.on ?? "";
    address.searchParams.delete("s");
    for (const one of [...new Set([...kept(event), code])]) address.searchParams.append("s", one);
    link.href = address.href;
  };
  link.addEventListener("click", () => keep(event, [...kept(event), code]));
  refresh();
}

/**
 * The list itself: without sessions in its address it shows what this device keeps.
 * @param {HTMLElement} part
 * @param {string} event
 * @param {string[]} codes
 */
function shownList(part, event, codes) {
  const address = new URL(location.href);
  if (!address.searchParams.has("s") && kept(event).length > 0) {
    for (const code of kept(event)) address.searchParams.append("s", code);
    location.replace(address);
    return;
  }
  for (const link of /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("[data-remove]"))) {
    link.addEventListener("click", () =>
      keep(event, kept(event).filter((code) => code !== link.dataset.remove)),
    );
  }
  const button = /** @type {HTMLButtonElement | null} */ (part.querySelector("[data-keep]"));
  if (!button) return;
  const same = () => [...kept(event)].sort().join(" ") === [...codes].sort().join(" ");
  button.hidden = same();
  button.addEventListener("click", () => {
    keep(event, codes);
    button.hidden = same();
  });
}

/**
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
function every(selector) {
  return [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(selector))];
}

/**
 * @param {string} label
 * @param {string} path of the icon
 * @param {() => void} press
 */
function stepButton(label, path, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "stepper-button";
  button.setAttribute("aria-label", label);
  button.innerHTML = `<svg class="icon" width="20" height="20" viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
  button.addEventListener("click", press);
  return button;
}

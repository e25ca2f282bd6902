/** Small comforts for pages that work without them. */

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

/**
 * A keyboard scanner reads whatever is open on the screen, and its ticket does not stay in view as before a camera: it is
 * taken, or somebody is told that it was not.
 */

import { fill } from "./element.js";

/** Whether a sheet lies over the camera's picture. @param {Pick<Document, "querySelector">} [page] */
export function isCovered(page = document) {
  return page.querySelector("dialog[open]") !== null;
}

/**
 * Sheets close as if nobody had chosen anything, so that the answer is not behind them. A question about whoever is at the
 * door comes first: what a supervisor is asked, or the numbers of a party.
 *
 * @param {HTMLElement} root of the door's screen
 * @param {Pick<import("./door.js").Door, "isVouching" | "isBusy">} door
 * @param {import("./language.js").Voice} voice
 * @param {Pick<import("./feedback.js").Feedback, "give">} feedback
 * @returns {boolean} whether there is way now; else it was said in words and sound that nobody was checked in
 */
export function makeWay(root, door, voice, feedback) {
  if (!door.isVouching) for (const sheet of root.querySelectorAll("dialog")) sheet.close();
  if (!door.isBusy) return true;
  const said = root.querySelector(door.isVouching ? "dialog[open] .end-said" : ".party .party-said");
  if (said) {
    fill(said, voice.say("finish_first"));
    said.scrollIntoView({ block: "nearest" });
  }
  feedback.give("caution");
  return false;
}

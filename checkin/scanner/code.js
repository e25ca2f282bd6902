/**
 * What a reading is: the code of a ticket, a short number, or nothing of ours.
 *
 * The same forms are accepted from the camera, from a keyboard scanner and from fingers: the ticket's address in any
 * letter case, the bare 26 characters, full-width letters and digits of a Japanese keyboard, blanks and hyphens
 * between groups, a scanner's prefix and a trailing newline. Of a text that is not ours nothing is kept, only that fact.
 */

/**
 * @typedef {{kind: "ticket", code: string} | {kind: "number", number: string} | {kind: "none"}} Reading
 */

export const CODE_LENGTH = 26;
export const NUMBER_LENGTH = 7;

/** Digits that base32 does not have, and the letters that they are mistaken for. */
const LOOKALIKES = /** @type {const} */ ({ 0: "O", 1: "I", 8: "B" });
const CODE = /^[A-Z2-7]{26}$/;
const NUMBER = /^[0-9]{7}$/;
const ADDRESS = /^HTTPS?:\/\/[^/?#]+(?:\/[^/?#]+)*?\/T\/([A-Z0-9]{26})\/?(?:[?#].*)?$/;
/** Invisible characters: controls (a scanner's prefix, newline), zero-width and direction marks. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2069\ufeff]/g;
/** What people put between groups of four, on any keyboard: blanks, hyphens, dashes, the long-vowel mark. */
const SEPARATORS = /[\s\-\u2010-\u2015\u2212\u30fc\uff70\u00b7\u30fb.,_]/g;
/** The symbology identifier that some scanners send first: "]Q1" for a QR code. */
const SYMBOLOGY = /^\][A-Z][0-9]/;
const LONGEST = 500;

/**
 * @param {string} text as read or typed
 * @returns {Reading}
 */
export function parseCode(text) {
  if (text.length > LONGEST) return { kind: "none" };
  const plain = text.normalize("NFKC").replace(INVISIBLE, "").trim().toUpperCase().replace(SYMBOLOGY, "").trim();
  const address = ADDRESS.exec(plain.replace(/\s/g, ""));
  if (address) return ticket(address[1] ?? "");
  const bare = plain.replace(SEPARATORS, "");
  if (NUMBER.test(bare)) return { kind: "number", number: bare };
  return ticket(bare);
}

/** @param {string} text @returns {boolean} whether it is a ticket's whole address, the form that our tickets carry */
export function isAddress(text) {
  return ADDRESS.test(text.normalize("NFKC").replace(INVISIBLE, "").trim().toUpperCase().replace(SYMBOLOGY, ""));
}

/**
 * What is still missing while somebody types, for the hint under the field.
 *
 * @param {string} text
 * @returns {number} characters typed so far, separators left out
 */
export function typedLength(text) {
  return text.normalize("NFKC").replace(INVISIBLE, "").replace(SEPARATORS, "").length;
}

/**
 * Letters and digits, too few or too many for a code or a number: somebody's slip, to be mended where it stands; what a
 * scanner read and is not ours looks otherwise.
 *
 * @param {string} text
 * @returns {boolean}
 */
export function isSlip(text) {
  const typed = text.normalize("NFKC").replace(INVISIBLE, "").replace(SEPARATORS, "");
  return /^[A-Za-z0-9]{1,40}$/.test(typed) && parseCode(text).kind === "none";
}

/** Letters of which none is of our codes: somebody typed a name where a code belongs. @param {string} text @returns {boolean} */
export function isName(text) {
  const typed = text.normalize("NFKC");
  return typed.length <= 40 && /\p{L}/u.test(typed) && !/[A-Za-z0-9]/.test(typed);
}

/** @param {string} letters @returns {Reading} */
function ticket(letters) {
  const code = letters.replace(/[018]/g, (digit) => LOOKALIKES[/** @type {"0" | "1" | "8"} */ (digit)]);
  return CODE.test(code) ? { kind: "ticket", code } : { kind: "none" };
}

/** The page's words in three languages, and the organiser's words in the nearest language there is. */

import { dayWithReadings, weekdayWithReading } from "./days.js";
import { withoutReadings, withReadings } from "./ruby.js";
import { TEXTS } from "./texts.js";

/** @typedef {import("./types.js").Language} Language */
/** @typedef {import("./types.js").Texts} Texts */
/** @typedef {import("./ruby.js").Values} Values */
/** @typedef {keyof typeof TEXTS} Key */

/** @type {readonly Language[]} */
export const LANGUAGES = ["ja", "en", "ja-easy"];
export const LANGUAGE_NAMES = { ja: "日本語", en: "English", "ja-easy": "やさしい日本語" };

const DAY = 86_400_000;

/** Where a missing text of the organiser is taken from. */
const FALLBACK = /** @type {Readonly<Record<Language, readonly Language[]>>} */ ({
  ja: ["ja", "en"], en: ["en", "ja"], "ja-easy": ["ja-easy", "ja", "en"],
});

/** @param {string | undefined} text @returns {Language} */
export function languageOf(text) {
  return LANGUAGES.find((language) => language === text) ?? "ja";
}

/** @param {Language} language @returns {"ja" | "en"} the value of HTML's lang attribute */
export function htmlLang(language) {
  return language === "en" ? "en" : "ja";
}

const REMEMBERED = "uketsuke-door-language";

/** For the page that opens without a network, and was made for nobody. @param {Language} language */
export function rememberLanguage(language) {
  try {
    localStorage.setItem(REMEMBERED, language);
  } catch {
    // a browser that keeps nothing: the page speaks Japanese then
  }
}

/** @returns {string | undefined} */
export function recalledLanguage() {
  try {
    return localStorage.getItem(REMEMBERED) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Speaks one language, with the times of one event's zone. */
export class Voice {
  /** @param {Language} language @param {string} [zone] @param {() => Date} [now] by which a day is today */
  constructor(language, zone, now = () => new Date()) {
    this.language = language;
    this.zone = zone;
    this.now = now;
  }

  /**
   * One of the page's sentences, with readings over kanji in easy Japanese.
   *
   * @param {Key} key
   * @param {Values} [values]
   * @returns {HTMLElement} one element, so that a row of flexible boxes does not tear the sentence apart
   */
  say(key, values) {
    const element = document.createElement("span");
    element.append(...withReadings(document, counted(TEXTS[key][this.language], values?.n), values));
    return element;
  }

  /**
   * The same as a plain text, for attributes.
   *
   * @param {Key} key
   * @param {Values} [values]
   * @returns {string}
   */
  plainly(key, values) {
    return withoutReadings(TEXTS[key][this.language], values);
  }

  /**
   * The organiser's words, marked with their own language where they fell back.
   *
   * @param {Texts | string | null | undefined} texts
   * @returns {HTMLElement}
   */
  local(texts) {
    const found = nearest(this.language, texts);
    const element = document.createElement("span");
    if (found.language !== this.language) element.lang = htmlLang(found.language);
    element.append(...(found.language === "ja-easy" ? withReadings(document, found.text) : [found.text]));
    return element;
  }

  /** @param {Texts | string | null | undefined} texts @returns {string} */
  localPlainly(texts) {
    return withoutReadings(nearest(this.language, texts).text);
  }

  /**
   * 14:05 in the event's zone; with the day when it is another one, in easy Japanese with readings over it.
   *
   * @param {string | number} at
   * @param {Date} [now]
   * @returns {HTMLElement}
   */
  clock(at, now = this.now()) {
    const element = document.createElement("span");
    element.append(...withReadings(document, this.moment(at, now)));
    return element;
  }

  /**
   * The same as a text, readings in notation: 14:05, 10月30日 14:05, 30 Oct 14:05, 10月《がつ》 ｜30日《さんじゅうにち》 14:05.
   *
   * @param {string | number} at
   * @param {Date} [now]
   * @returns {string}
   */
  moment(at, now = this.now()) {
    return [this.day(at, now), this.time(at)].filter((part) => part).join(" ");
  }

  /** The day alone, with readings over it in easy Japanese. @param {string | number} at @returns {HTMLElement} */
  dayOf(at) {
    const element = document.createElement("span");
    element.append(...withReadings(document, this.day(at)));
    return element;
  }

  /** The day alone as a text, and nothing of today. @param {string | number} at @param {Date} [now] @returns {string} */
  day(at, now = this.now()) {
    const english = this.language === "en";
    const format = this.#format(english ? "en-GB" : "ja-JP", { month: english ? "short" : "long", day: "numeric" });
    const day = format.format(new Date(at));
    if (day === format.format(now)) return "";
    if (this.language !== "ja-easy") return day;
    const [month = 0, ofMonth = 0] = day.split(/\D+/u).map(Number);
    return dayWithReadings(month, ofMonth);
  }

  /**
   * When something begins, to be told to somebody else: 今日 14:05, 10月30日（金） 14:05, today 14:05, Fri 30 Oct 14:05.
   *
   * @param {string | number} at
   * @returns {HTMLElement}
   */
  beginning(at) {
    const element = document.createElement("span");
    element.append(...withReadings(document, this.begins(at)));
    return element;
  }

  /** The same as a text, readings in notation. @param {string | number} at @param {Date} [now] @returns {string} */
  begins(at, now = this.now()) {
    if (this.#midnight(at) === this.#midnight(now.getTime())) return `${TEXTS.today[this.language]} ${this.time(at)}`;
    const weekday = this.#format(this.language === "en" ? "en-GB" : "ja-JP", { weekday: "short" }).format(new Date(at));
    const moment = this.moment(at, now);
    if (this.language === "en") return `${weekday} ${moment}`;
    const [time = "", ...day] = moment.split(" ").reverse();
    return this.language === "ja" ? `${day.join(" ")}（${weekday}） ${time}` : `${day.reverse().join(" ")} ${weekdayWithReading(weekday)} ${time}`;
  }

  /** 14:05, whatever the day. @param {string | number} at @returns {string} */
  time(at) {
    return this.#format("en-GB", { hour: "2-digit", minute: "2-digit" }).format(new Date(at));
  }

  /**
   * When something ends, on the clock of the day it starts: 15:00; 24:00 and later for what ends the next day.
   *
   * @param {string | number} starts
   * @param {string | number} ends
   * @returns {string}
   */
  timeUntil(starts, ends) {
    const [hour = "", minute = ""] = this.time(ends).split(":");
    const days = (this.#midnight(ends) - this.#midnight(starts)) / DAY;
    return `${String(Number(hour) + 24 * days).padStart(2, "0")}:${minute}`;
  }

  /** The day in the event's zone, as a number that grows by DAY from one to the next. @param {string | number} at */
  #midnight(at) {
    const parts = this.#format("en-GB", { year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(new Date(at));
    const [year, month, day] = ["year", "month", "day"].map((type) => parts.find((part) => part.type === type)?.value);
    return Date.parse(`${year}-${month}-${day}T00:00:00Z`);
  }

  /** @param {string} locale @param {Intl.DateTimeFormatOptions} options */
  #format(locale, options) {
    return new Intl.DateTimeFormat(locale, { ...options, ...(this.zone ? { timeZone: this.zone } : {}) });
  }
}

/**
 * One person and two people have readings of their own: ひとり, ふたり.
 *
 * @param {string} sentence
 * @param {unknown} n how many {n} stands for
 * @returns {string}
 */
export function counted(sentence, n) {
  const reading = n === 1 ? "ひとり" : n === 2 ? "ふたり" : null;
  return reading ? sentence.replace("{n}人《にん》", `｜${n}人《${reading}》`) : sentence;
}

/**
 * @param {Language} language
 * @param {Texts | string | null | undefined} texts
 * @returns {{text: string, language: Language}}
 */
function nearest(language, texts) {
  if (typeof texts === "string") return { text: texts, language };
  for (const candidate of FALLBACK[language]) {
    const text = texts?.[candidate];
    if (text) return { text, language: candidate };
  }
  return { text: "", language };
}

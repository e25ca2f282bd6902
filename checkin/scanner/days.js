/** Days in easy Japanese, with the readings that nobody can guess from the figures: ついたち, はつか, しがつ. */

const DAYS = [
  "ついたち", "ふつか", "みっか", "よっか", "いつか", "むいか", "なのか", "ようか", "ここのか", "とおか",
  "じゅういちにち", "じゅうににち", "じゅうさんにち", "じゅうよっか", "じゅうごにち",
  "じゅうろくにち", "じゅうしちにち", "じゅうはちにち", "じゅうくにち", "はつか",
  "にじゅういちにち", "にじゅうににち", "にじゅうさんにち", "にじゅうよっか", "にじゅうごにち",
  "にじゅうろくにち", "にじゅうしちにち", "にじゅうはちにち", "にじゅうくにち", "さんじゅうにち",
  "さんじゅういちにち",
];
const MONTHS = /** @type {Readonly<Record<number, string>>} */ ({ 4: "しがつ", 7: "しちがつ", 9: "くがつ" });

const WEEKDAYS = /** @type {Readonly<Record<string, string>>} */ ({ 月: "げつようび", 火: "かようび", 水: "すいようび", 木: "もくようび", 金: "きんようび", 土: "どようび", 日: "にちようび" });

/** 月曜日《げつようび》. @param {string} day one of 月火水木金土日 @returns {string} */
export function weekdayWithReading(day) {
  return `${day}曜日《${WEEKDAYS[day]}》`;
}

/**
 * 10月《がつ》 ｜30日《さんじゅうにち》; the whole word where the month is read in its own way: ｜4月《しがつ》.
 *
 * @param {number} month from 1
 * @param {number} day from 1
 * @returns {string}
 */
export function dayWithReadings(month, day) {
  const reading = MONTHS[month];
  return `${reading ? `｜${month}月《${reading}》` : `${month}月《がつ》`} ｜${day}日《${DAYS[day - 1]}》`;
}

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

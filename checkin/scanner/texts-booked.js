/** Sentences about what somebody has booked elsewhere; part of `texts`. When and where come first: a long title is cut off. */

/** @satisfies {Readonly<Record<string, import("./texts.js").Sentence>>} */
export const BOOKED = {
  booked: { ja: "予約：{when}から『{title}』", en: "Booked: {when}, “{title}”", "ja-easy": "予約《よやく》：{when} から『{title}』" },
  booked_where: { ja: "予約：{when}から、{where}『{title}』", en: "Booked: {when}, {where}: “{title}”", "ja-easy": "予約《よやく》：{when} から、{where}『{title}』" },
  booked_all_day: { ja: "予約：{when}・終日『{title}』", en: "Booked: {when}, all day: “{title}”", "ja-easy": "予約《よやく》：{when} 一日中《いちにちじゅう》『{title}』" },
  booked_all_day_where: { ja: "予約：{when}・終日、{where}『{title}』", en: "Booked: {when}, all day, {where}: “{title}”", "ja-easy": "予約《よやく》：{when} 一日中《いちにちじゅう》、{where}『{title}』" },
  booked_off: { ja: "予約：中止になりました『{title}』", en: "Booked, but cancelled: “{title}”", "ja-easy": "予約《よやく》：中止《ちゅうし》に なりました『{title}』" },
  booked_more: { ja: "このあとの予約：ほかに{n}件", en: "Booked later: {n} more", "ja-easy": "あとの 予約《よやく》：{n}" },
  booked_over_next: { ja: "予約したプログラムは終わりました。", en: "What they have booked is over.", "ja-easy": "予約《よやく》した プログラムは 終《お》わりました。" },
};

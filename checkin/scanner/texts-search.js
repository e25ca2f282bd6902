/** Sentences of the search for people at the door, and of numbers that it cannot look up; part of `texts`. */

/** @satisfies {Readonly<Record<string, import("./texts.js").Sentence>>} */
export const SEARCH = {
  search: { ja: "検索", en: "Search", "ja-easy": "さがす" },
  search_words: { ja: "名前・ふりがな・番号", en: "Name, reading or number", "ja-easy": "名前《なまえ》か 番号《ばんごう》" },
  search_label: { ja: "参加票がない人を名前で探す", en: "Find somebody by name", "ja-easy": "名前《なまえ》で 人《ひと》を さがす" },
  search_support: { ja: "2文字以上。選ぶと、読み取ったときと同じ判定をします。", en: "At least two characters. Whoever you choose is checked as if scanned.", "ja-easy": "2文字《もじ》より 多《おお》く 入《い》れてください。" },
  search_longer: { ja: "2文字以上を入力してください。", en: "Type at least two characters.", "ja-easy": "2文字《もじ》より 多《おお》く 入《い》れてください。" },
  search_none: { ja: "見つかりません。ふりがなや、名字だけでも試してください。", en: "Nobody found. Try the reading, or the family name alone.", "ja-easy": "いません。ひらがなや、名字《みょうじ》だけでも さがしてください。" },
  search_found: { ja: "{n}件見つかりました。", en: "Found: {n}", "ja-easy": "{n} 見《み》つかりました。" },
  search_more: { ja: "{n}件まで表示しています。もう少し詳しく入力してください。", en: "The first {n} are shown. Type more of the name.", "ja-easy": "{n} まで 見《み》えます。もっと 長《なが》く 入《い》れてください。" },
  search_offline: { ja: "いまは検索できません。この端末での名前の検索にはネットワークが必要です。参加票のコードを読み取るか、26文字を入力してください。", en: "On this device the search needs a network, and there is none now. Scan the ticket's code, or type its 26 characters.", "ja-easy": "いまは さがせません。ネットワークが いります。チケットの コードを 読《よ》んでください。" },
  note_number: { ja: "番号を控えて数える", en: "Count, and note the number", "ja-easy": "番号《ばんごう》を メモして 数《かぞ》える" },
  note_why: { ja: "QRコードも26文字も読めないときに使います。いま数えて、番号を残します。主催者があとで参加票を確かめます。", en: "For a ticket whose QR code and 26 characters cannot be read. The people are counted now; the organiser finds the ticket by the number later.", "ja-easy": "QRコードも 26文字《もじ》も 読《よ》めないときに 使《つか》います。いま 数《かぞ》えて、番号《ばんごう》を 残《のこ》します。主催者《しゅさいしゃ》が あとで 見《み》ます。" },
  note_people: { ja: "{n}人を数える", en: "Count {n}", "ja-easy": "{n}人《にん》 数《かぞ》える" },
  number_noted: { ja: "番号 {number} を控えました。主催者があとで参加票を確かめます。", en: "Number {number} is noted. The organiser finds the ticket later.", "ja-easy": "番号《ばんごう》 {number} を メモしました。主催者《しゅさいしゃ》が あとで 見《み》ます。" },
};

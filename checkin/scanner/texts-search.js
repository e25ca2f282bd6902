/** Sentences of the search for people at the door; part of `texts`. */

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
  search_offline: { ja: "いまは検索できません。この端末での名前の検索にはネットワークが必要です。参加票のコードを読み取るか、26文字を入力してください。", en: "On this device the search needs the network, and there is none now. Scan the ticket's code, or type its 26 characters.", "ja-easy": "いまは さがせません。ネットワークが いります。チケットの コードを 読《よ》んでください。" },
};

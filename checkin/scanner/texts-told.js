/** What a door is told of conflicts that it had a part in, found and settled: `told_` and the server's own word for it. */

/** @satisfies {Readonly<Record<string, import("./texts.js").Sentence>>} */
export const TOLD = {
  told_double_admission: { ja: "同じ参加票で2回入場しました。1回だけ数えています。", en: "The same ticket was let in twice. It was counted once.", "ja-easy": "同《おな》じ チケットで 2回《かい》 入《はい》りました。1回《かい》だけ 数《かぞ》えました。" },
  told_not_entitled: { ja: "本来は入場できない方が入場しました。人数に数えています。", en: "Somebody was let in whom the rules do not admit. They were counted.", "ja-easy": "入《はい》れない 人《ひと》が 入《はい》りました。数《かぞ》えました。" },
  told_over_capacity: { ja: "定員を超えて入場しました。人数に数えています。", en: "More people were let in than there is room for. They were counted.", "ja-easy": "席《せき》より 多《おお》い 人《ひと》が 入《はい》りました。数《かぞ》えました。" },
  told_surplus: { ja: "申込の人数より多く入場しました。超えた分はまだ数えていません。", en: "More people were let in than the party has. Those above it are not counted yet.", "ja-easy": "チケットの 人数《にんずう》より 多《おお》い 人《ひと》が 入《はい》りました。多《おお》い 分《ぶん》は まだ 数《かぞ》えていません。" },
  told_unknown_ticket: { ja: "登録のない参加票で入場した方がいます。人数に数えています。", en: "Somebody was let in with a code that is no ticket of ours. They were counted.", "ja-easy": "登録《とうろく》が ない チケットの 人《ひと》が 入《はい》りました。数《かぞ》えました。" },
  told_counted: { ja: "主催者が人数に加えました。", en: "The organiser has counted it.", "ja-easy": "主催者《しゅさいしゃ》が 数《かぞ》えました。" },
  told_left_out: { ja: "主催者が数えないことにしました。", en: "The organiser has decided not to count it.", "ja-easy": "主催者《しゅさいしゃ》は 数《かぞ》えません。" },
  told_stands: { ja: "主催者が確認しました。人数はそのままです。", en: "The organiser has looked at it. It stays counted.", "ja-easy": "主催者《しゅさいしゃ》が 見《み》ました。人数《にんずう》は 変《か》わりません。" },
  told_taken_off: { ja: "主催者が取り消しました。人数に数えません。", en: "The organiser has taken it back. It is not counted any more.", "ja-easy": "主催者《しゅさいしゃ》が 取《と》り消《け》しました。もう 数《かぞ》えません。" },
  told_noted: { ja: "主催者が確認しました。", en: "The organiser has looked at it.", "ja-easy": "主催者《しゅさいしゃ》が 見《み》ました。" },
  told_linked: { ja: "ほかの受付口で発行した参加票の記録が届きました。その参加票の入場として数えています。", en: "Their ticket has come in: another door gave it out. They are counted under it.", "ja-easy": "ほかの 受付《うけつけ》で 作《つく》った チケットでした。その チケットで 数《かぞ》えました。" },
  told_tied: { ja: "番号から参加票を確認しました。その参加票の入場として数えています。", en: "The organiser has found their ticket by its number. They are counted under it.", "ja-easy": "番号《ばんごう》で チケットが わかりました。その チケットで 数《かぞ》えました。" },
  told_retold: { ja: "あとから届いた記録で確認できました。この入場は数えています。", en: "What came in since explains it. This scan is counted.", "ja-easy": "あとから 来《き》た 記録《きろく》で わかりました。この 入場《にゅうじょう》は 数《かぞ》えました。" },
};

/** Sentences of what a supervisor does at the door; part of `texts`. */

/** @satisfies {Readonly<Record<string, import("./texts.js").Sentence>>} */
export const SUPERVISING = {
  admit_anyway: { ja: "責任者判断で入場", en: "Admit anyway", "ja-easy": "責任者《せきにんしゃ》が 決《き》めて、入《い》れる" },
  undo_anyway: { ja: "責任者として取り消す", en: "Take it back as a supervisor", "ja-easy": "責任者《せきにんしゃ》が 取《と》り消《け》す" },
  vouch_is_kept: { ja: "理由は記録に残り、主催者が後で確認します。", en: "The reason is recorded, and the organiser looks at it later.", "ja-easy": "理由《りゆう》は 残《のこ》ります。主催者《しゅさいしゃ》が あとで 見《み》ます。" },
  vouch_reason: { ja: "理由", en: "Reason", "ja-easy": "理由《りゆう》" },
  vouch_reason_missing: { ja: "理由を1つ選んでください。", en: "Choose a reason.", "ja-easy": "理由《りゆう》を 1つ 選《えら》んでください。" },
  why_identity_checked: { ja: "本人であることを確認した", en: "Identity checked", "ja-easy": "本人《ほんにん》だと わかった" },
  why_proof_shown: { ja: "申込みの控えなどを見た", en: "Proof shown", "ja-easy": "申《もう》し込《こ》みの メールなどを 見《み》た" },
  why_organiser_allowed: { ja: "主催者が認めた", en: "The organiser allowed it", "ja-easy": "主催者《しゅさいしゃ》が いいと 言《い》った" },
  why_system_wrong: { ja: "システムの判定が誤り", en: "The system is wrong", "ja-easy": "システムが まちがっている" },
  why_other: { ja: "その他", en: "Another reason", "ja-easy": "ほかの 理由《りゆう》" },
  finish_first: { ja: "いまの読み取りは数えていません。先にここを終えてから、もう一度読み取ってください。", en: "Nobody was counted by that scan. Finish here first, then scan it again.", "ja-easy": "いまの 読《よ》み取《と》りは 数《かぞ》えていません。先《さき》に ここを おわらせてください。それから もう一度《いちど》 読《よ》み取《と》ってください。" },
  pin: { ja: "責任者のPIN", en: "Supervisor's PIN", "ja-easy": "責任者《せきにんしゃ》の PIN" },
  pin_support: { ja: "4～6桁の数字。この端末には保存しません。", en: "4 to 6 digits. It is not stored on this device.", "ja-easy": "4～6つの 数字《すうじ》です。この 機械《きかい》には 残《のこ》りません。" },
  pin_missing: { ja: "PINを4～6桁の数字で入力してください。", en: "Type the PIN: 4 to 6 digits.", "ja-easy": "PINを 入《い》れてください。数字《すうじ》 4～6つです。" },
  pin_not_right: { ja: "PINが確認できませんでした。もう一度入力してください。5回続けて誤ると15分間使えません。", en: "The PIN was not right. Type it again. After five wrong ones it does not work for 15 minutes.", "ja-easy": "PINが ちがいます。もう一度《いちど》 入《い》れてください。5回《かい》 まちがえると 15分《ふん》 使《つか》えません。" },
};

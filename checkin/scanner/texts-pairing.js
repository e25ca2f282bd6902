/** Sentences about making a device a scanner by a code; part of `texts`. */

/** @satisfies {Readonly<Record<string, import("./texts.js").Sentence>>} */
export const PAIRING = {
  pair_again: { ja: "登録し直す", en: "Pair again", "ja-easy": "もう一度《いちど》 コードで はじめる" },
  pair_title: { ja: "コードで端末を登録する", en: "Pair by a code", "ja-easy": "コードで はじめる" },
  pair_why: { ja: "主催者の画面に表示されたコードで、この端末を受付に使えます。アカウントもパスワードもいりません。", en: "With the code on the organiser's screen this device can work at the door. You need no account and no password.", "ja-easy": "主催者《しゅさいしゃ》の 画面《がめん》の コードを 使《つか》います。パスワードは いりません。" },
  pair_install_first: { ja: "ホーム画面に追加して使うときは、先に追加し、そこから開いて登録してください。iPhoneでは、ここで登録してから追加すると、登録し直しになります。", en: "To use it from the home screen, add it there first, open it from there, and pair inside it: on an iPhone, pairing in the browser does not count there.", "ja-easy": "ホーム画面《がめん》に おいて 使《つか》う ときは、先《さき》に おいて、そこから 開《ひら》いて、コードを 入《い》れてください。iPhoneでは、あとで おくと、もう一度《いちど》 コードを 入《い》れます。" },
  pair_code: { ja: "登録用のコード", en: "Code for devices", "ja-easy": "コード" },
  pair_code_support: { ja: "8文字。大文字・小文字は気にしなくてかまいません。", en: "Eight characters, upper or lower case.", "ja-easy": "8文字《もじ》です。大文字《おおもじ》でも 小文字《こもじ》でも いいです。" },
  pair_code_wrong: { ja: "コードは8文字です。主催者の画面で確かめて、もう一度入力してください。", en: "The code has eight characters. Check it on the organiser's screen and type it again.", "ja-easy": "コードは 8文字《もじ》です。もう一度《いちど》 見《み》て、入《い》れてください。" },
  pair_code_over: { ja: "このコードは使えません。まちがいか、期限切れ（15分）か、台数がいっぱいです。主催者に新しいコードを見せてもらってください。", en: "This code does not work: it is wrong, older than 15 minutes, or used up. Ask the organiser for a new one.", "ja-easy": "この コードは 使《つか》えません。主催者《しゅさいしゃ》に 新《あたら》しい コードを 聞《き》いてください。" },
  other_gate: { ja: "この端末は別の受付口に登録されています。読み取った内容は残してあります。この受付口のコードを主催者に見せてもらってください。", en: "This device is bound to another gate. What it did is kept. Ask the organiser for a code of this gate.", "ja-easy": "この 機械《きかい》は ほかの 受付《うけつけ》の ものです。読《よ》んだ ことは のこります。主催者《しゅさいしゃ》に、この 受付《うけつけ》の コードを 聞《き》いてください。" },
  gate_gone: { ja: "この端末の受付口はもう使われていません。使う受付口のコードを主催者に見せてもらってください。", en: "The gate of this device is not used any more. Ask the organiser for a code of another gate.", "ja-easy": "この 機械《きかい》の 受付《うけつけ》は もう 使《つか》いません。主催者《しゅさいしゃ》に 新《あたら》しい コードを 聞《き》いてください。" },
  pair_camera: { ja: "カメラで読み取る", en: "Read it with the camera", "ja-easy": "カメラで 読《よ》む" },
  pair: { ja: "この端末を登録する", en: "Pair this device", "ja-easy": "この 機械《きかい》を 使《つか》う" },
};

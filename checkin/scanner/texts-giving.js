/** Sentences about tickets that a door gives out; part of `texts`. */

/** @satisfies {Readonly<Record<string, import("./texts.js").Sentence>>} */
export const GIVING = {
  give_ticket: { ja: "参加票を発行", en: "Give a ticket", "ja-easy": "チケットを 作《つく》る" },
  give_why: { ja: "当日参加の方を数えて、あとで使える参加票を出します。名前は聞きません。家族などは人数を入れて1枚にします。", en: "Counts walk-ins and gives them a ticket for later. No name is asked. A family gets one ticket with its numbers.", "ja-easy": "当日参加《とうじつさんか》の 人《ひと》を 数《かぞ》えて、あとで 使《つか》う チケットを 作《つく》ります。名前《なまえ》は 聞《き》きません。家族《かぞく》は 1まいです。" },
  give_needs_list: { ja: "参加票の発行には名簿が必要です。一度つながるまで待ってください。", en: "To give tickets this device needs its list. Wait until it has had contact once.", "ja-easy": "リストが ないので、チケットを 作《つく》れません。オンラインに なるまで 待《ま》ってください。" },
  give_people: { ja: "{n}人の参加票を発行", en: "Give a ticket for {n}", "ja-easy": "{n}人《にん》の チケットを 作《つく》る" },
  ticket_for_later: { ja: "参加票", en: "Ticket", "ja-easy": "チケット" },
  photograph_this: { ja: "この画面を撮影してください。次の会場の受付でお見せください。", en: "Please photograph this, and show it at the next door.", "ja-easy": "この 画面《がめん》の 写真《しゃしん》を 撮《と》ってください。次《つぎ》の 受付《うけつけ》で 見《み》せてください。" },
  ticket_number: { ja: "番号 {number}", en: "Number {number}", "ja-easy": "番号《ばんごう》 {number}" },
  number_later: { ja: "番号は、つながったあとに決まります。", en: "The number comes when there is a network.", "ja-easy": "番号《ばんごう》は あとで 決《き》まります。" },
  print_ticket: { ja: "印刷する", en: "Print", "ja-easy": "印刷《いんさつ》する" },
  show_ticket: { ja: "参加票を表示する", en: "Show the ticket", "ja-easy": "チケットを 見《み》せる" },
  qr_of_ticket: { ja: "参加票のQRコード", en: "QR code of the ticket", "ja-easy": "チケットの QRコード" },
  qr_failed: { ja: "QRコードを表示できません。下の26文字を書き写してもらってください。", en: "The QR code cannot be drawn. Please have the 26 characters below written down.", "ja-easy": "QRコードが 出《で》ません。下《した》の 26文字《もじ》を 書《か》いてもらってください。" },
  replace_lost: { ja: "なくした参加票を再発行", en: "Replace a lost ticket", "ja-easy": "なくした チケットを 作《つく》り直《なお》す" },
  replace_why: { ja: "新しい参加票を表示します。これまでの参加票は使えなくなります。入場の記録は変わりません。", en: "A new ticket is shown. The old one no longer works. Who is in stays in.", "ja-easy": "新《あたら》しい チケットが 出《で》ます。前《まえ》の チケットは 使《つか》えません。" },
  replace_failed: { ja: "再発行できませんでした。接続を確かめて、もう一度押してください。", en: "It could not be replaced. Check the network and try again.", "ja-easy": "できませんでした。もう一度《いちど》 押《お》してください。" },
  code_taken: { ja: "人数は数えました。参加票は発行できませんでした。もう一度発行してください。", en: "They were counted, but no ticket could be given. Please give a new one.", "ja-easy": "人数《にんずう》は 数《かぞ》えました。チケットは 作《つく》れませんでした。もう一度《いちど》 作《つく》ってください。" },
  too_many_given: { ja: "人数は数えました。この端末で今日発行できる参加票の数を超えました。", en: "They were counted, but this device has given out too many tickets today.", "ja-easy": "人数《にんずう》は 数《かぞ》えました。この 機械《きかい》では、今日《きょう》は もう チケットを 作《つく》れません。" },
};

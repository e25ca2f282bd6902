/**
 * What a door's decision is made from and what it comes to: plain values, as in the server's rules; no code.
 *
 * @typedef {import("../types.js").Numbers} Numbers
 * @typedef {import("../types.js").Verdict} Verdict
 * @typedef {import("./space.js").Space} Space
 * @typedef {import("./stay.js").Stay} Stay
 *
 * @typedef {"free" | "after_exit" | "none"} Reentry
 * @typedef {"booking_only" | "booking_and_walk_in" | "walk_in" | "approval" | "lottery" | "closed" | string} Admission
 * @typedef {"confirmed" | "pending" | "waiting" | "cancelled" | "not"} Booked of several the first
 * @typedef {"over_capacity" | "override" | "not_entitled" | "double_admission" | "unknown_ticket" | "surplus" | "unread_ticket"} Conflict
 *
 * One scan as the decision sees it. people: the numbers that came; null: not asked yet. asWalkIn: takes a free place
 * without a booking. forced: a supervisor admits anyway. done: the door has let them in already, which is a fact.
 * unread: they have a ticket that could not be read.
 * @typedef {object} Wish
 * @property {number} at milliseconds, by the server's clock
 * @property {boolean} leaving
 * @property {Numbers | null} people
 * @property {boolean} asWalkIn
 * @property {boolean} forced
 * @property {boolean} done
 * @property {boolean} newToday
 * @property {boolean} [unread]
 *
 * What one enters. admission null: a venue's entrance, where nobody books. unknown: the key of 区分不明.
 * @typedef {object} PlaceFacts
 * @property {{from: number, to: number}} window `to` is the last moment
 * @property {Reentry} reentry
 * @property {string} unknown
 * @property {Admission | null} admission
 * @property {Space | null} space
 * @property {boolean} cancelled
 * @property {boolean} overFull a supervisor may admit more people than there is room for
 *
 * A ticket of this event in front of one place. places: booked there. here: all it did there; then: until now.
 * elsewhere: where else it is inside now, where nothing has changed for longest first.
 * @typedef {object} TicketFacts
 * @property {Numbers} party
 * @property {boolean} team
 * @property {boolean} blocked
 * @property {boolean} replaced
 * @property {boolean} cancelled
 * @property {Booked} booked
 * @property {Numbers} places
 * @property {Stay} here
 * @property {Stay} then
 * @property {readonly {place: string, inside: Numbers}[]} elsewhere
 *
 * A ledger line that the decision comes to; numbers signed. place null: where the scan was made.
 * @typedef {object} NewLine
 * @property {"entry" | "exit" | "count" | "room_count"} kind
 * @property {Numbers} people
 * @property {boolean} onTicket
 * @property {boolean | null} booked
 * @property {boolean} reentry
 * @property {boolean | null} newToday
 * @property {string | null} place
 *
 * refusedAs: what it would have been without force or fact. places: how many are offered, where that is not all the room there is.
 * @typedef {object} Decision
 * @property {Verdict} verdict
 * @property {readonly NewLine[]} lines
 * @property {Conflict | null} conflict
 * @property {Verdict | null} refusedAs
 * @property {string | null} error
 * @property {Numbers | null} expected
 * @property {boolean} offersPlace
 * @property {number | null} places
 *
 * Who of the people asked for is new here, comes back, is over the party, or is in already; new: booked or not.
 * @typedef {object} Coming
 * @property {Numbers} booked
 * @property {Numbers} unbooked
 * @property {Numbers} back
 * @property {Numbers} surplus
 * @property {Numbers} excess
 */

export {};

/**
 * The words that the door and the server exchange, as types; no code.
 *
 * @typedef {"ja" | "en" | "ja-easy"} Language
 * @typedef {Readonly<Partial<Record<Language, string>>>} Texts
 * @typedef {Readonly<Record<string, number>>} Numbers people per category key
 *
 * @typedef {object} Device
 * @property {string} device uuid
 * @property {string} token bearer secret; stays on this device
 * @property {string} expires_at
 * @property {readonly string[]} rights
 * @property {string} event slug
 * @property {string} gate code of the gate it was made for
 * @property {boolean} [paired] made by a code: it stays at its gate
 * @property {Texts} [title] what the event is called
 * @property {boolean} [asks_pin] a supervisor's word needs a PIN
 *
 * @typedef {object} Place
 * @property {string} code session:<code> or entrance:<venue>:<day>
 * @property {Texts} name
 * @property {string | null} starts_at
 * @property {string | null} ends_at
 * @property {boolean} now
 * @property {Texts} [room] which it is, where a gate has several
 *
 * @typedef {object} Gate
 * @property {string} code
 * @property {Texts} name
 * @property {"entrance" | "rooms"} kind
 * @property {boolean} new_today
 * @property {readonly Place[]} places
 *
 * @typedef {object} Category
 * @property {string} key
 * @property {Texts} label
 * @property {Texts} belongs
 * @property {boolean} [unknown] for who was not asked
 * @property {Texts} [first_words] said when somebody of it comes for the first time
 *
 * @typedef {"person" | "family" | "class" | "delegation" | "team"} PartyKind
 * @typedef {Readonly<Partial<Record<PartyKind, Texts>>>} PartyWords said when a party of this kind comes for the first time
 *
 * @typedef {object} Gates
 * @property {readonly Gate[]} gates
 * @property {readonly Category[]} categories
 * @property {string} [timezone]
 * @property {PartyWords} [party_first_words]
 * @property {boolean} [over_full] a supervisor may admit more than there is room for; missing: so it is
 *
 * @typedef {"scan" | "walk_in" | "head_count" | "room_count" | "undo"} Act
 * @typedef {"in" | "out"} Direction
 * @typedef {"identity_checked" | "proof_shown" | "organiser_allowed" | "system_wrong" | "other"} Reason
 *
 * What a device's clocks say. ran: milliseconds that this run of its page has lasted, by a clock that nobody sets; offset: by
 * how many the server's clock was ahead when it was last heard; steady: the device's was not set since.
 * @typedef {{run: string, ran: number, offset?: number, steady?: boolean}} ClockReading
 *
 * What a device claims; `seq` is given by the store.
 * @typedef {object} Draft
 * @property {string} id
 * @property {string} event slug; kept with the scan, not part of what is sent
 * @property {string} at
 * @property {string} gate
 * @property {string} place
 * @property {Act} act
 * @property {string} [code]
 * @property {Direction} [direction]
 * @property {Numbers} [people]
 * @property {boolean} [new_today]
 * @property {string} [rid] of the registration that a ticket given out belongs to
 * @property {string} [new_code] of a ticket given out
 * @property {string} [number] of a ticket that could not be read or looked up, by people who are counted without it
 * @property {string} [undoes]
 * @property {Reason} [force] why a supervisor admits, or takes back, anyway
 * @property {Verdict} [shown] what the door decided by itself
 * @property {ClockReading} [clock]
 *
 * What waits on the device; `showed` is what the door said by itself after it had asked, and `withdrawn` that nobody waits
 * for the answer any more; neither is sent.
 * @typedef {Draft & {seq?: number, showed?: Verdict, withdrawn?: boolean}} Scan
 *
 * @typedef {"admitted" | "readmitted" | "provisional" | "left" | "already_in" | "not_booked" | "waitlisted" | "pending"
 *   | "full" | "too_early" | "too_late" | "cancelled" | "blocked" | "replaced" | "other_event" | "unknown" | "unreadable"
 *   | "confirm_party" | "undone" | "counted" | "refused"} Verdict
 *
 * @typedef {object} Counts
 * @property {string} place
 * @property {string} at
 * @property {Numbers} present
 * @property {number} visits
 * @property {number | null} [people_today]
 * @property {number | null} [room_left]
 * @property {number | null} [capacity]
 * @property {Numbers} [this_device]
 *
 * @typedef {{code: string, title: Texts, starts_at: string, ends_at?: string, cancelled?: boolean}} BookedSession cancelled: it does not take place
 *
 * @typedef {object} Answer
 * @property {string} id
 * @property {Verdict | null} verdict
 * @property {string | null} [at]
 * @property {{at: string, gate: string | Texts | null} | null} [first]
 * @property {boolean} [first_time] nobody of the ticket was admitted anywhere before
 * @property {PartyKind | null} [party_kind] where it is so
 * @property {string | null} [place]
 * @property {{name: string | null, category: string | null, note: string | null, no_photo?: boolean, noted?: boolean} | null} [person]
 * @property {Numbers | null} [party]
 * @property {Numbers | null} [admitted]
 * @property {Numbers | null} [expected]
 * @property {readonly BookedSession[] | null} [booked]
 * @property {number | null} [walk_in_left]
 * @property {number | null} [room_left]
 * @property {{from: string | null, to: string | null} | null} [window]
 * @property {{slug: string, title: Texts} | null} [event]
 * @property {string | null} [given] short number of the ticket that was given out
 * @property {Counts | null} [counts]
 * @property {{code: string, message: string} | null} [error]
 * @property {string | null} [cancelled_at] of a cancelled registration or booking
 * @property {string | null} [conflict]
 *
 * @typedef {object} PackPlace
 * @property {number} n
 * @property {string} code
 * @property {Texts} name
 * @property {number | null} starts_at milliseconds, as all times of a pack
 * @property {number | null} ends_at
 * @property {[number, number]} window
 * @property {"free" | "after_exit" | "none"} reentry
 * @property {string | null} admission
 * @property {boolean} cancelled
 * @property {{kind: "seats" | "at_once", capacity: number | null, promised: number, arrived: number, present: number, anonymous: number,
 *   counts_exits: boolean, held_until: number} | null} space
 *
 * @typedef {object} PackHead
 * @property {string} event slug
 * @property {Texts} title
 * @property {string} timezone
 * @property {number} generated_at
 * @property {number} ends_at the pack is deleted then
 * @property {number} old_after seconds
 * @property {string | null} since
 * @property {string} mark
 * @property {string} salt
 * @property {string} unknown
 * @property {boolean} [over_full] a supervisor may admit more than there is room for; missing: so it is
 * @property {PartyWords} [party_first_words]
 * @property {readonly (Category & {n: number})[]} categories
 * @property {readonly {n: number, code: string, name: Texts, kind: "entrance" | "rooms", new_today: boolean, places: readonly string[], rooms?: Readonly<Record<string, Texts>>}[]} gates
 * @property {readonly PackPlace[]} places
 *
 * What became of something that this device did, told once.
 * @typedef {object} Message
 * @property {string} id
 * @property {string} [conflict] the kind
 * @property {string | null} [settled] how
 * @property {string} text
 * @property {string | null} [at]
 * @property {Texts | string | null} [gate]
 * @property {Texts | string | null} [place]
 * @property {string | null} [number] short number of the ticket
 *
 * What this device did by itself, until a pack holds it: by the ids of rows, never by codes or names.
 * @typedef {object} Deed
 * @property {string} id of its scan
 * @property {string} event slug
 * @property {string | null} rid the ticket's row; null: people without a ticket
 * @property {string} gate
 * @property {string} place
 * @property {number} at milliseconds by the server's clock
 * @property {readonly {place: string, direction: Direction, people: Numbers, reentry: boolean, booked: boolean, onTicket: boolean}[]} lines
 * @property {Readonly<Record<string, {present: number, arrived: number, anonymous: number, exits: boolean, people?: Numbers}>>} moves of the figures of places; people: who, missing where nobody knows
 * @property {boolean} answered the server has it
 * @property {string} [undoes] the deed that this one takes back
 * @property {Numbers} [party] of the ticket that it gave out
 *
 * @typedef {object} Kept a scan that the server has not named yet, with why it was set aside if it was
 * @property {Scan} scan
 * @property {string} reason
 */

export {};

/**
 * The three streams of the Nexmark benchmark, an auction house: of every 50 events the first is a new
 * person, the next three are auctions, the other 46 are bids. Everything is drawn from one seed, in the
 * published proportions: half of the bids go to a hot auction, three quarters come from a hot bidder, three
 * quarters of the auctions are a hot seller's; ids count up from 1000, some of those that are named come a
 * little later; prices spread evenly over six powers of ten.
 *
 * Flink's generator adds the first id twice to a bidder, so that most of its bidders are nobody; here a
 * bidder is a person, as in the generators before it.
 */
import { Random } from "../../src/simulate/random.ts";

export interface Person {
  readonly id: number;
  readonly name: string;
  readonly emailAddress: string;
  readonly creditCard: string;
  readonly city: string;
  readonly state: string;
  readonly dateTime: string;
  readonly extra: string;
}

export interface Auction {
  readonly id: number;
  readonly itemName: string;
  readonly description: string;
  readonly initialBid: number;
  readonly reserve: number;
  readonly dateTime: string;
  readonly expires: string;
  readonly seller: number;
  readonly category: number;
  readonly extra: string;
}

export interface Bid {
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly url: string;
  readonly dateTime: string;
  readonly extra: string;
}

export type NexmarkEvent =
  | { readonly kind: "person"; readonly row: Person }
  | { readonly kind: "auction"; readonly row: Auction }
  | { readonly kind: "bid"; readonly row: Bid };

export interface NexmarkSettings {
  readonly seed: number;
  /** Of event time. */
  readonly eventsPerSecond: number;
  /** Events of so many in a row come in a scrambled order; 1 keeps the order of time. */
  readonly scrambledEvents: number;
}

/** The day changes soon: some queries count by day. */
const firstEventMs = Date.UTC(2026, 2, 1, 23, 59, 45);

const firstId = 1000;
const roundEvents = 50;
const auctionsOfRound = 3;

const hotEvery = 100;
/** Ids that are named before they are given. */
const idLead = 10;
const auctionsInFlight = 100;
const peopleActive = 1000;

const categories = 5;
const firstCategory = 10;
const channelCount = 10_000;
const hotChannels = ["Google", "Facebook", "Baidu", "Apple"];

const averageBytes = { person: 200, auction: 500, bid: 100 };
const numberBytes = 8;

const firstNames = "Peter Paul Luke John Saul Vicky Kate Julie Sarah Deiter Walter".split(" ");
const lastNames = "Shultz Abrams Spencer White Bartels Walton Smith Jones Noris".split(" ");
const cities = "Phoenix,Los Angeles,San Francisco,Boise,Portland,Bend,Redmond,Seattle,Kent,Cheyenne".split(
  ",",
);
const states = ["AZ", "CA", "ID", "OR", "WA", "WY"];

interface Channel {
  readonly name: string;
  readonly url: string;
}

export class NexmarkGenerator {
  readonly #settings: NexmarkSettings;
  readonly #random: Random;
  readonly #hot: readonly Channel[];
  readonly #others: readonly Channel[];
  #eventsGiven = 0;

  constructor(settings: NexmarkSettings) {
    this.#settings = settings;
    this.#random = new Random(settings.seed);
    this.#hot = hotChannels.map((name) => ({ name, url: this.#url() }));
    this.#others = Array.from({ length: channelCount }, (_, index) => this.#channel(index));
  }

  next(): NexmarkEvent {
    const event = this.#scrambled(this.#eventsGiven++);
    const place = event % roundEvents;
    if (place === 0) return { kind: "person", row: this.#person(event) };
    if (place <= auctionsOfRound) return { kind: "auction", row: this.#auction(event) };
    return { kind: "bid", row: this.#bid(event) };
  }

  /** 953 is a prime: each event of a group has its turn. */
  #scrambled(event: number): number {
    const { scrambledEvents } = this.#settings;
    return event - (event % scrambledEvents) + ((event * 953) % scrambledEvents);
  }

  #person(event: number): Person {
    const random = this.#random;
    const name = `${this.#oneOf(firstNames)} ${this.#oneOf(lastNames)}`;
    const emailAddress = `${this.#text(7)}@${this.#text(5)}.com`;
    const creditCard = Array.from({ length: 4 }, () => String(random.between(0, 9999)).padStart(4, "0")).join(
      " ",
    );
    const city = this.#oneOf(cities);
    const state = this.#oneOf(states);
    const bytes = numberBytes + [name, emailAddress, creditCard, city, state].join("").length;
    const extra = this.#extra(averageBytes.person - bytes);
    const dateTime = timeText(this.#timeOf(event));
    const id = firstId + newestPerson(event);
    return { id, name, emailAddress, creditCard, city, state, dateTime, extra };
  }

  #auction(event: number): Auction {
    const random = this.#random;
    const time = this.#timeOf(event);
    const hotSeller = hotOf(newestPerson(event));
    const seller = firstId + (random.between(0, 3) > 0 ? hotSeller : this.#somePerson(event));
    const initialBid = this.#price();
    const itemName = this.#text(20);
    const description = this.#text(100);
    const bytes = 6 * numberBytes + itemName.length + description.length;
    // As long on average as it takes until the auctions in flight have been opened anew.
    const horizonMs = this.#timeOf(event + (auctionsInFlight * roundEvents) / auctionsOfRound) - time;
    return {
      id: firstId + newestAuction(event),
      itemName,
      description,
      initialBid,
      reserve: initialBid + this.#price(),
      dateTime: timeText(time),
      expires: timeText(time + random.between(1, Math.max(2 * horizonMs, 1))),
      seller,
      category: firstCategory + random.between(0, categories - 1),
      extra: this.#extra(averageBytes.auction - bytes),
    };
  }

  #bid(event: number): Bid {
    const random = this.#random;
    const newest = newestAuction(event);
    const oldest = Math.max(newest - auctionsInFlight, 0);
    const auction = random.between(0, 1) > 0 ? hotOf(newest) : random.between(oldest, newest + idLead);
    // The one after the hot seller: who sells most does not bid most.
    const hotBidder = hotOf(newestPerson(event)) + 1;
    const bidder = random.between(0, 3) > 0 ? hotBidder : this.#somePerson(event);
    const price = this.#price();
    const channel = this.#oneOf(random.between(0, 1) > 0 ? this.#hot : this.#others);
    return {
      auction: firstId + auction,
      bidder: firstId + bidder,
      price,
      channel: channel.name,
      url: channel.url,
      dateTime: timeText(this.#timeOf(event)),
      extra: this.#extra(averageBytes.bid - 4 * numberBytes),
    };
  }

  #somePerson(event: number): number {
    const people = newestPerson(event) + 1;
    const active = Math.min(people, peopleActive);
    return people - active + this.#random.between(0, active + idLead - 1);
  }

  #price(): number {
    return Math.round(10 ** (this.#random.unit() * 6) * 100);
  }

  #channel(index: number): Channel {
    const url = this.#url();
    const hasId = this.#random.between(0, 9) > 0;
    return { name: `channel-${index}`, url: hasId ? `${url}&channel_id=${reversedBits(index)}` : url };
  }

  #url(): string {
    const folders = Array.from({ length: 3 }, () => this.#text(5, "_"));
    return `https://www.nexmark.com/${folders.join("/")}/item.htm?query=1`;
  }

  #oneOf<T>(values: readonly T[]): T {
    return values[this.#random.between(0, values.length - 1)]!;
  }

  /** Letters, and one in 13 something that divides words. */
  #text(lengthMax: number, divider = " "): string {
    const length = 3 + this.#random.between(0, lengthMax - 4);
    const letters = Array.from({ length }, () => {
      return this.#random.between(0, 12) === 0 ? divider : this.#letter();
    });
    return letters.join("").trim();
  }

  #letter(): string {
    return String.fromCharCode(97 + this.#random.between(0, 25));
  }

  /** What fills an event up to its average size, a fifth more or less. */
  #extra(bytes: number): string {
    if (bytes <= 0) return "";
    const spread = Math.round(bytes / 5);
    const length = bytes - spread + this.#random.between(0, Math.max(2 * spread - 1, 0));
    let text = "";
    // Six letters fit into 32 random bits.
    for (let bits = 0; text.length < length; bits = Math.floor(bits / 26)) {
      if (text.length % 6 === 0) bits = this.#random.bits();
      text += String.fromCharCode(97 + (bits % 26));
    }
    return text;
  }

  #timeOf(event: number): number {
    return firstEventMs + Math.floor((event * 1000) / this.#settings.eventsPerSecond);
  }
}

/** Counted from 0; the one of this event, if it is a person. */
function newestPerson(event: number): number {
  return Math.floor(event / roundEvents);
}

function newestAuction(event: number): number {
  const ofThisRound = Math.min(event % roundEvents, auctionsOfRound);
  return Math.floor(event / roundEvents) * auctionsOfRound + ofThisRound - 1;
}

function hotOf(newest: number): number {
  return newest - (newest % hotEvery);
}

function reversedBits(index: number): number {
  let reversed = 0;
  for (let bit = 0; bit < 32; bit++) reversed |= ((index >>> bit) & 1) << (31 - bit);
  return Math.abs(reversed);
}

/** As a TIMESTAMP is written in JSON. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, -1);
}

/**
 * Work that is done in turns, so that what runs in the same thread need not wait for its end. What it yields
 * is told at once, and it goes on when it is asked for more; `undefined` only ends a turn.
 */
export type Turns<Answer, Part = never> = Generator<Part | undefined, Answer>;

/** Names a number within its panel for as long as it is there: what its kind finds it by. */
export type Mark = readonly (string | number | null)[];
